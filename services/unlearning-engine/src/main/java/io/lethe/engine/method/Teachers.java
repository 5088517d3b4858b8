package io.lethe.engine.method;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Answers;
import io.lethe.engine.BatchSchedule;
import io.lethe.engine.Example;
import io.lethe.engine.ForgetTarget;
import io.lethe.engine.Metrics;
import io.lethe.engine.Progress;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderManifest;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningSettings;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LoraStart;
import io.lethe.engine.model.LoraTrainer;
import io.lethe.engine.model.TrainingBatch;
import io.lethe.engine.text.EncodedPrompt;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Frozen teachers: every one answers each row once, and two floats a row are kept of it. */
public final class Teachers {
  private Teachers() {}

  /**
   * The parent's tensors, or fresh ones that change nothing. Where the recommender was tuned with A
   * fixed, the fresh ones have that same A: everything it learnt lies in the space that B spans
   * with it, and is undone there best.
   */
  public static AdapterTensors start(UnlearningJob job) {
    return job.parent() != null ? job.parent().tensors() : fresh(job);
  }

  /** Tensors that change nothing, of the shape that unlearning begins with. */
  static AdapterTensors fresh(UnlearningJob job) {
    if (job.recommender().tunedWithFixedA()) {
      return fresh(job.recommender(), job.recommender().manifest());
    }
    UnlearningSettings settings = job.settings();
    return LoraStart.draw(
        job.recommender().model()::shapeOf,
        job.recommender().model().folder().layers(),
        settings.topLayers(),
        settings.targets(),
        settings.rank(),
        settings.loraAlpha(),
        job.seed());
  }

  /** Tensors that change nothing, with the A that a recommender was tuned with. */
  static AdapterTensors fresh(Recommender recommender, RecommenderManifest tuned) {
    return LoraStart.draw(
        recommender.model()::shapeOf,
        recommender.model().folder().layers(),
        tuned.settings().topLayers(),
        tuned.settings().targets(),
        tuned.settings().rank(),
        tuned.settings().loraAlpha(),
        tuned.settings().seedOfA(tuned.seed()));
  }

  /** Which tensors unlearning moves: as in tuning, B alone where A was fixed. */
  public static Predicate<String> trained(UnlearningJob job) {
    boolean fixedA = job.recommender().tunedWithFixedA();
    return tensor -> !fixedA || tensor.endsWith(LoraStart.B);
  }

  /** Activations of rows, ready to be trained from the given tensors on. */
  public static Activations activations(
      UnlearningJob job, List<Example> examples, AdapterTensors start) {
    List<EncodedPrompt> prompts =
        examples.stream()
            .map(example -> job.recommender().encoder().encode(example.prompt()))
            .toList();
    return Activations.of(job.recommender().model(), prompts, start);
  }

  /** Logits of the model as it is released now, two a row, on all rows. */
  public static float[] original(Activations activations, AdapterTensors start) {
    try (LoraTrainer parent = new LoraTrainer(activations, start, tensor -> false, 0)) {
      return parent.logits(IntStream.range(0, activations.size()).toArray());
    }
  }

  /**
   * Logits of the model trained further on the forget rows, on these.
   *
   * <p>Cross-entropy alone pulls least at the rows known best, which are those with most to forget.
   * So each row is weighted by {@code min(weightMax, 0.5 / (1 - p))}, p being the original's
   * confidence in its label: every row then pulls as it did when tuning began and nothing was
   * known.
   *
   * @param activations of the forget rows first
   * @param original logits of the forget rows, two a row
   * @param weightMax largest weight of a row; 0 leaves every row at 1, as published
   */
  public static float[] augmented(
      UnlearningJob job,
      Activations activations,
      AdapterTensors start,
      float[] original,
      double weightMax,
      ProgressListener listener) {
    double[] weights = weights(job, original, weightMax);
    UnlearningSettings settings = job.settings();
    List<EncodedPrompt> prompts =
        IntStream.range(0, activations.size()).mapToObj(activations::prompt).toList();
    BatchSchedule schedule =
        new BatchSchedule(job.forget(), prompts, settings.batchSize(), job.seed());
    int total = settings.augmentedEpochs() * schedule.batchesPerEpoch();
    try (LoraTrainer trainer = new LoraTrainer(activations, start, trained(job), 0)) {
      int step = 0;
      for (int epoch = 0; epoch < settings.augmentedEpochs(); epoch++) {
        for (int[] rows : schedule.nextEpoch()) {
          TrainingBatch batch = meanCrossEntropy(job.forget(), rows, weights);
          double loss = trainer.step(batch, settings.augmentedLearningRate());
          listener.onProgress(new Progress("augmented-teacher", ++step, total, loss));
        }
      }
      return trainer.logits(IntStream.range(0, job.forget().size()).toArray());
    }
  }

  private static double[] weights(UnlearningJob job, float[] original, double weightMax) {
    boolean[] labels = Answers.labels(job.forget());
    float[] scores = Answers.probabilities(original);
    double[] weights = new double[labels.length];
    for (int row = 0; row < weights.length; row++) {
      double missing = labels[row] ? 1 - scores[row] : scores[row];
      weights[row] = weightMax == 0 ? 1 : Math.min(weightMax, 0.5 / missing);
    }
    return weights;
  }

  private static TrainingBatch meanCrossEntropy(
      List<Example> examples, int[] rows, double[] rowWeights) {
    float[] weights = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      weights[i] = (float) (rowWeights[rows[i]] / rows.length);
    }
    long[] labels =
        IntStream.of(rows).mapToLong(row -> examples.get(row).liked() ? 1 : 0).toArray();
    return new TrainingBatch(
        rows, labels, new float[2 * rows.length], new float[rows.length], weights);
  }

  /**
   * The forgetting teacher: the original less what the augmented teacher gained, {@code z_o - alpha
   * * ReLU(z_a - z_o)}, two logits a row.
   */
  public static float[] forgetting(float[] original, float[] augmented, double alpha) {
    float[] teacher = new float[original.length];
    for (int i = 0; i < teacher.length; i++) {
      teacher[i] = (float) (original[i] - alpha * Math.max(0, augmented[i] - original[i]));
    }
    return teacher;
  }

  /**
   * Where forgetting should end: by what is known of the recommender's rows where it keeps them,
   * else by how rows that were tuned on differ from others.
   *
   * @param original logits of the forget rows and the retained rows, in this order
   */
  public static ForgetTarget target(UnlearningJob job, float[] original) {
    OptionalDouble fall = Remainder.confidenceFall(job);
    if (fall.isPresent()) {
      float[] known = Answers.probabilities(Arrays.copyOf(original, 2 * job.forget().size()));
      return ForgetTarget.below(
          Metrics.meanConfidence(known, Answers.labels(job.forget())), fall.getAsDouble());
    }
    List<Example> heldOut = job.heldOutUsed();
    int forgetCount = job.forget().size();
    float[] scores = job.recommender().score(Answers.prompts(heldOut), job.parent());
    float[] probabilities = Answers.probabilities(original);
    return ForgetTarget.estimate(
        Arrays.copyOf(probabilities, forgetCount),
        Answers.labels(job.forget()),
        Arrays.copyOfRange(probabilities, forgetCount, forgetCount + job.retain().size()),
        Answers.labels(job.retain()),
        scores,
        Answers.labels(heldOut),
        job.settings().aim());
  }
}
