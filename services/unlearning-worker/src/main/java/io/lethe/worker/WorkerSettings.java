package io.lethe.worker;

import io.lethe.engine.UnlearningSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Settings of unlearning-worker; an unknown key below {@code lethe} fails the start. */
@ConfigMapping(prefix = "lethe")
public interface WorkerSettings {
  /** The recommender whose forget sets this worker takes; key of forget-set.closed. */
  @WithDefault("recommender")
  String modelId();

  /** Address of the schema registry, or several separated by commas. */
  @WithDefault("http://localhost:8081")
  String schemaRegistryUrl();

  /** Stable name of this worker; a second one of the same name takes over from the first. */
  @WithDefault("worker-0")
  String replicaId();

  /** Folder of the tuned recommender. */
  Path recommenderFolder();

  /** Folder that candidates are stored in, shared with the servers. */
  Path artefactStore();

  /** Folder of what this worker remembers between starts: attempts at forget sets. */
  @WithDefault(".lethe/unlearning-worker")
  Path stateDirectory();

  /** Native threads of one computation. */
  @WithDefault("2")
  int threads();

  /** Precision of the computation: f32 or bf16. */
  @WithDefault("f32")
  String precision();

  /** How long a set waits for the release of the candidate before it. */
  @WithDefault("PT1H")
  Duration parentWait();

  /** How long a set waits for the retain reservoir to be read and filled. */
  @WithDefault("PT2M")
  Duration retainWait();

  /** Fewest samples of each slice of the reservoir that are waited for. */
  @WithDefault("32")
  int retainMin();

  /** Most slots of the retain reservoir held in memory. */
  @WithDefault("20000")
  int retainSlotsMax();

  /** Most titles held in memory. */
  @WithDefault("1000000")
  int titlesMax();

  /** Candidates and versions remembered to recognise a set that comes twice. */
  @WithDefault("10000")
  int candidatesRememberedMax();

  /** Starts of one set, the process's ends in between included, before it is dead-lettered. */
  @WithDefault("5")
  int attemptsMax();

  /** Times one set starts over because another version was released meanwhile. */
  @WithDefault("3")
  int restartsMax();

  /** Tries to store a candidate before its set is dead-lettered. */
  @WithDefault("5")
  int storeAttemptsMax();

  /** Pause between two tries of anything that is tried again. */
  @WithDefault("PT5S")
  Duration retryPause();

  /** Ended jobs kept for GET /v1/jobs. */
  @WithDefault("50")
  int jobsMax();

  /** Longest silence of a training run before liveness fails. */
  @WithDefault("PT30M")
  Duration stuckAfter();

  /** How long an orderly stop waits for the training thread. */
  @WithDefault("PT20S")
  Duration stopTimeout();

  /** How to unlearn; what is not set is the engine's default. */
  Unlearning unlearning();

  /** The engine's UnlearningSettings, key by key. */
  interface Unlearning {
    /** Projections that a first adapter adapts, separated by commas. */
    Optional<List<String>> targets();

    /** How many of the last layers a first adapter adapts. */
    OptionalInt topLayers();

    /** Rank of the student's LoRA. */
    OptionalInt rank();

    /** LoRA's alpha. */
    OptionalDouble loraAlpha();

    /** Forget rows of one step. */
    OptionalInt batchSize();

    /** Retained rows of one step. */
    OptionalInt retainBatchSize();

    /** AdamW's rate for the augmented teacher. */
    OptionalDouble augmentedLearningRate();

    /** Passes of the augmented teacher over the forget set. */
    OptionalInt augmentedEpochs();

    /** AdamW's rate for the student. */
    OptionalDouble learningRate();

    /** Steps of the student at most. */
    OptionalInt stepsMax();

    /** Steps between two looks at the confidence in the forget rows. */
    OptionalInt evaluateEvery();

    /** Weight of the augmented teacher's gain in the forgetting teacher. */
    OptionalDouble alpha();

    /** Limit to which alpha may grow. */
    OptionalDouble alphaMax();

    /** How far beyond the target the forgetting teacher must lie before alpha stops growing. */
    OptionalDouble teacherReach();

    /** Weight of the forget loss. */
    OptionalDouble forgetWeight();

    /** Weight of the true labels within the retain losses. */
    OptionalDouble labelWeight();

    /** Share of the expected way to an exact retrain to go. */
    OptionalDouble aim();

    /** No-op gate: smallest mean absolute change of the scores of the forget rows. */
    OptionalDouble movementMin();

    /** Utility gate: largest fall of the held-out AUC. */
    OptionalDouble utilityDropMax();

    /** Held-out rows used at most. */
    OptionalInt heldOutMax();

    /** The settings as the engine takes them. */
    default UnlearningSettings toEngine() {
      UnlearningSettings defaults = UnlearningSettings.defaults();
      return new UnlearningSettings(
          targets().orElse(defaults.targets()),
          topLayers().orElse(defaults.topLayers()),
          rank().orElse(defaults.rank()),
          loraAlpha().orElse(defaults.loraAlpha()),
          batchSize().orElse(defaults.batchSize()),
          retainBatchSize().orElse(defaults.retainBatchSize()),
          augmentedLearningRate().orElse(defaults.augmentedLearningRate()),
          augmentedEpochs().orElse(defaults.augmentedEpochs()),
          learningRate().orElse(defaults.learningRate()),
          stepsMax().orElse(defaults.stepsMax()),
          evaluateEvery().orElse(defaults.evaluateEvery()),
          alpha().orElse(defaults.alpha()),
          alphaMax().orElse(defaults.alphaMax()),
          teacherReach().orElse(defaults.teacherReach()),
          forgetWeight().orElse(defaults.forgetWeight()),
          labelWeight().orElse(defaults.labelWeight()),
          aim().orElse(defaults.aim()),
          movementMin().orElse(defaults.movementMin()),
          utilityDropMax().orElse(defaults.utilityDropMax()),
          heldOutMax().orElse(defaults.heldOutMax()));
    }
  }
}
