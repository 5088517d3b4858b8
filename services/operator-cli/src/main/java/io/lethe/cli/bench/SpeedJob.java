package io.lethe.cli.bench;

import io.lethe.engine.Adapter;
import io.lethe.engine.Candidate;
import io.lethe.engine.E2URec;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.PromptTemplate;
import io.lethe.engine.Recommender;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningSettings;
import io.lethe.engine.checkpoint.HuggingFaceFolder;
import io.lethe.engine.text.EncodedPrompt;
import io.lethe.engine.text.PromptEncoder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The work that is timed: the product's job, and the same rows and numbers for a rival.
 *
 * @param steps of the student
 * @param original folder of the recommender that forgets
 */
record SpeedJob(BenchData rows, int steps, EngineSettings engine, Path original) {
  /** Rows to forget, and rows to keep, of one step on either side, as published. */
  private static final int BATCH_SIZE = 16;

  private static final double NEVER = 1000;

  /** Seconds from the request to the candidate, and what it answers to the rows to forget. */
  record Outcome(double seconds, float[] forgetScores) {}

  /**
   * Runs the product's job.
   *
   * @param allSteps true takes every step at the rival's batch sizes; false the product's own
   *     settings, up to its gate
   */
  Outcome run(Recommender recommender, boolean allSteps) {
    UnlearningJob job =
        new UnlearningJob(
            recommender,
            null,
            rows.forget(),
            rows.retain(),
            BenchData.examples(rows.valid()),
            allSteps ? fixed() : UnlearningSettings.defaults(),
            BenchSettings.SEED);
    long begin = System.nanoTime();
    Candidate candidate = new E2URec().run(job, progress -> {});
    double seconds = (System.nanoTime() - begin) / 1e9;
    try (Adapter adapter = Adapter.of(candidate, recommender)) {
      return new Outcome(
          seconds,
          recommender.score(rows.forget().stream().map(Example::prompt).toList(), adapter));
    }
  }

  /** An aim that no step reaches, so that every step is taken. */
  private UnlearningSettings fixed() {
    UnlearningSettings own = UnlearningSettings.defaults();
    return new UnlearningSettings(
        own.targets(),
        own.topLayers(),
        own.rank(),
        own.loraAlpha(),
        BATCH_SIZE,
        BATCH_SIZE,
        own.augmentedLearningRate(),
        own.augmentedEpochs(),
        own.learningRate(),
        steps,
        own.evaluateEvery(),
        own.alpha(),
        own.alphaMax(),
        own.teacherReach(),
        own.forgetWeight(),
        own.labelWeight(),
        NEVER,
        own.movementMin(),
        own.residualMax(),
        own.utilityDropMax(),
        own.heldOutMax());
  }

  /** The same work for a program that knows nothing of prompts; numbers as published. */
  Map<String, Object> forRival() {
    UnlearningSettings own = UnlearningSettings.defaults();
    HuggingFaceFolder folder = HuggingFaceFolder.open(original);
    int batches = (rows.forget().size() + BATCH_SIZE - 1) / BATCH_SIZE;
    Map<String, Object> job = new LinkedHashMap<>();
    try (PromptEncoder encoder =
        PromptEncoder.open(
            original.resolve(HuggingFaceFolder.TOKENIZER),
            PromptTemplate.of(folder.manifest().templateId()),
            folder.architecture().family(),
            folder.positionsMax())) {
      job.put("model", original.toAbsolutePath().toString());
      job.put("threads", engine.threads());
      job.put("device", engine.device());
      job.put("seed", BenchSettings.SEED);
      job.put("answers", List.of(encoder.noId(), encoder.yesId()));
      job.put("batchSize", BATCH_SIZE);
      job.put("augmentedSteps", own.augmentedEpochs() * batches);
      job.put("augmentedLearningRate", 5e-5);
      job.put("steps", steps);
      job.put("warmUpSteps", batches);
      job.put("learningRate", 1e-3);
      job.put("alpha", 2);
      job.put("retainWeight", 0.6);
      job.put("forget", encoded(encoder, rows.forget()));
      job.put("retain", encoded(encoder, rows.retain()));
    }
    return job;
  }

  private static List<Map<String, Object>> encoded(PromptEncoder encoder, List<Example> examples) {
    return examples.stream()
        .map(
            example -> {
              EncodedPrompt prompt = encoder.encode(example.prompt());
              return Map.<String, Object>of(
                  "ids",
                  prompt.ids(),
                  "answerAt",
                  prompt.answerAt(),
                  "label",
                  example.liked() ? 1 : 0);
            })
        .toList();
  }
}
