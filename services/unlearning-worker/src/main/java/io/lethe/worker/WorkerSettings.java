package io.lethe.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

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

  /** Folder that candidates are stored in, shared with the servers; of this recommender alone. */
  Path artefactStore();

  /**
   * How long an adapter is kept once it was stored, where no version may serve it any more; no
   * shorter than lethe.parent-wait.
   */
  @WithDefault("P30D")
  Duration adapterRetention();

  /** How often such adapters are looked for. */
  @WithDefault("PT1H")
  Duration adapterSweepInterval();

  /** Folder of the data keys that samples lie sealed under: the accumulator's. */
  @WithDefault(".lethe/data-keys")
  Path dataKeyFolder();

  /** Folder of what this worker remembers between starts: attempts at forget sets. */
  @WithDefault(".lethe/unlearning-worker")
  Path stateDirectory();

  /** Native threads of one computation. */
  @WithDefault("2")
  int threads();

  /** Precision of the computation: f32 or bf16. */
  @WithDefault("f32")
  String precision();

  /** Device of the computation: cpu, cuda, cuda:N, or auto for the first GPU where there is one. */
  @WithDefault("cpu")
  String device();

  /**
   * Methods in the order in which they are tried on a set, the quickest first: the first whose
   * candidate passes the gates is kept.
   */
  @WithDefault("influence,optimum,e2urec")
  List<String> methods();

  /**
   * Whether a version that forgot by approximation is replaced, once there is time, by one that
   * never saw the rows. What exact versions made superfluous is shredded either way.
   */
  @WithDefault("true")
  boolean exactEnabled();

  /** How long no forget set must have been there before an exact tuning begins. */
  @WithDefault("PT30S")
  Duration exactAfter();

  /**
   * How long before the earliest legal deadline an exact tuning goes before forget sets, and is no
   * longer interrupted by them.
   */
  @WithDefault("PT1H")
  Duration exactLead();

  /** Most requests whose legal deadlines are held in memory; the earliest are kept. */
  @WithDefault("1000000")
  int dueDatesMax();

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

  /**
   * Starts of one set, the process's ends in between included, before it is dead-lettered; and
   * failures of an exact tuning before its version is left alone.
   */
  @WithDefault("5")
  int attemptsMax();

  /** Times one set starts over because another version was released meanwhile. */
  @WithDefault("3")
  int restartsMax();

  /** Tries to store a candidate before its set is dead-lettered, or its exact tuning fails. */
  @WithDefault("5")
  int storeAttemptsMax();

  /** Pause between two tries of anything that is tried again. */
  @WithDefault("PT5S")
  Duration retryPause();

  /** Ended jobs kept for GET /v1/jobs. */
  @WithDefault("50")
  int jobsMax();

  /** How often the work on a set is told on unlearning.progressed at most; it decides nothing. */
  @WithDefault("PT1S")
  Duration progressInterval();

  /** Longest silence of a training run before liveness fails. */
  @WithDefault("PT30M")
  Duration stuckAfter();

  /** How long an orderly stop waits for the training thread. */
  @WithDefault("PT20S")
  Duration stopTimeout();

  /**
   * How to unlearn: the components of the engine's UnlearningSettings, hyphenated; what is not set
   * is the engine's default.
   */
  Map<String, String> unlearning();
}
