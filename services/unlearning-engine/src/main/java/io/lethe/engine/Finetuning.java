package io.lethe.engine;

import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LoraStart;
import io.lethe.engine.model.LoraTrainer;
import io.lethe.engine.model.TrainingBatch;
import io.lethe.engine.text.EncodedPrompt;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Trains an adapter further on rows and their labels, as somebody might who got hold of it. Audits
 * use it to see whether what was forgotten comes back (relearning).
 *
 * @param steps of AdamW
 * @param batchSize rows of one step
 * @param learningRate the same in every step
 * @param upAlone whether B alone is trained and A stays as it is
 */
public record Finetuning(int steps, int batchSize, double learningRate, boolean upAlone) {
  public Finetuning {
    if (steps < 1 || batchSize < 1 || !(learningRate > 0)) {
      throw new EngineException("steps and batchSize must be at least 1, learningRate above 0");
    }
  }

  /** A and B alike. */
  public Finetuning(int steps, int batchSize, double learningRate) {
    this(steps, batchSize, learningRate, false);
  }

  /** An adapter of the given shape that changes nothing yet, to be continued. */
  public static AdapterTensors start(Recommender recommender, UnlearningSettings shape, long seed) {
    return LoraStart.draw(
        recommender.model()::shapeOf,
        recommender.model().folder().layers(),
        shape.topLayers(),
        shape.targets(),
        shape.rank(),
        shape.loraAlpha(),
        seed);
  }

  /** How many numbers a tuning with these settings changes. */
  public static long trainedParameters(Recommender recommender, TuneSettings settings) {
    return LoraStart.draw(
            recommender.model()::shapeOf,
            recommender.model().folder().layers(),
            settings.topLayers(),
            settings.targets(),
            settings.rank(),
            settings.loraAlpha(),
            0)
        .tensors()
        .entrySet()
        .stream()
        .filter(tensor -> settings.isTrained(tensor.getKey()))
        .mapToLong(tensor -> tensor.getValue().values().length)
        .sum();
  }

  /**
   * A copy of the adapter after these steps; the adapter itself stays as it is. The same arguments
   * give the same tensors.
   *
   * @param rows to train on, at least one
   */
  public AdapterTensors continued(
      Recommender recommender, AdapterTensors adapter, List<Example> rows, long seed) {
    try (Lesson lesson = Lesson.of(recommender, adapter, rows)) {
      return continued(lesson, adapter, seed);
    }
  }

  /** The same on rows that were read before. */
  public AdapterTensors continued(Lesson lesson, AdapterTensors adapter, long seed) {
    try (LoraTrainer trainer =
        new LoraTrainer(
            lesson.activations, adapter, tensor -> !upAlone || tensor.endsWith(LoraStart.B), 0)) {
      BatchSchedule schedule = new BatchSchedule(lesson.rows, lesson.prompts, batchSize, seed);
      Iterator<int[]> pass = schedule.nextEpoch().iterator();
      for (int step = 0; step < steps; step++) {
        if (!pass.hasNext()) {
          pass = schedule.nextEpoch().iterator();
        }
        trainer.step(batch(lesson.rows, pass.next()), learningRate);
      }
      return trainer.tensors();
    }
  }

  /** Rows to train on, read once for any number of adapters that adapt the same projections. */
  public static final class Lesson implements AutoCloseable {
    private final List<Example> rows;
    private final List<EncodedPrompt> prompts;
    private final Activations activations;

    private Lesson(List<Example> rows, List<EncodedPrompt> prompts, Activations activations) {
      this.rows = rows;
      this.prompts = prompts;
      this.activations = activations;
    }

    /**
     * Reads rows.
     *
     * @param adapter one of those that will be trained
     * @param rows at least one
     */
    public static Lesson of(Recommender recommender, AdapterTensors adapter, List<Example> rows) {
      if (rows.isEmpty()) {
        throw new EngineException("rows holds none; give rows to train on");
      }
      List<EncodedPrompt> prompts =
          rows.stream().map(row -> recommender.encoder().encode(row.prompt())).toList();
      return new Lesson(rows, prompts, Activations.of(recommender.model(), prompts, adapter));
    }

    @Override
    public void close() {
      activations.close();
    }
  }

  /** Cross-entropy with the true labels alone. */
  private static TrainingBatch batch(List<Example> rows, int[] places) {
    long[] labels = Arrays.stream(places).mapToLong(row -> rows.get(row).liked() ? 1 : 0).toArray();
    float[] weights = new float[places.length];
    Arrays.fill(weights, 1f / places.length);
    return new TrainingBatch(
        places, labels, new float[2 * places.length], new float[places.length], weights);
  }
}
