package io.lethe.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Example;
import io.lethe.engine.Recommender;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.checkpoint.HuggingFaceFolder;
import io.lethe.engine.text.EncodedPrompt;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What share of the machine's rate at plain matrix products a training step reaches, both measured
 * in turn in one process.
 */
public final class StepRate {
  private static final int SIDE = 1024;
  private static final int PRODUCTS = 16;
  private static final int ROUNDS = 7;
  private static final int BATCH_SIZE = 64;
  private static final long SEED = 1;

  /** Every projection of two layers: a step that reads whole prompts, as the rival's does. */
  private static final int TOP_LAYERS = 2;

  private static final int RANK = 16;

  private StepRate() {}

  /**
   * Rates in billions of floating-point operations a second.
   *
   * <p>A step's operations are counted as those of its matrix products alone: forward through the
   * adapted layers, and backward to what requires a gradient, which is B and the inputs of all but
   * the lowest projections; frozen weights take none.
   *
   * @param recommender a BERT-like one
   * @param rows the first 64 are the batch
   */
  public static Map<String, Object> measure(Recommender recommender, List<Example> rows) {
    List<Example> examples = rows.subList(0, Math.min(BATCH_SIZE, rows.size()));
    List<EncodedPrompt> prompts =
        examples.stream().map(one -> recommender.encoder().encode(one.prompt())).toList();
    int layers = recommender.model().folder().layers();
    AdapterTensors start =
        LoraStart.draw(
            recommender.model()::shapeOf,
            layers,
            TOP_LAYERS,
            TuneSettings.ALL_TARGETS,
            RANK,
            2 * RANK,
            SEED);
    double[] product = new double[ROUNDS];
    double[] step = new double[ROUNDS];
    try (Activations activations =
            Activations.of(recommender.model(), prompts, layers - TOP_LAYERS);
        LoraTrainer trainer =
            new LoraTrainer(activations, start, name -> name.endsWith(LoraStart.B), 0);
        NDManager manager = recommender.model().newScope()) {
      TrainingBatch batch = batch(examples);
      double operations = operations(recommender, prompts, TOP_LAYERS);
      trainer.step(batch, 1e-6);
      for (int round = 0; round < ROUNDS; round++) {
        product[round] = productRate(manager);
        long begin = System.nanoTime();
        trainer.step(batch, 1e-6);
        step[round] = operations / (System.nanoTime() - begin);
      }
    }
    Arrays.sort(product);
    Arrays.sort(step);
    Map<String, Object> rates = new LinkedHashMap<>();
    rates.put("matrixProductGigaflops", product[ROUNDS / 2]);
    rates.put("stepGigaflops", step[ROUNDS / 2]);
    rates.put("stepShareOfMatrixProduct", step[ROUNDS / 2] / product[ROUNDS / 2]);
    return rates;
  }

  private static double productRate(NDManager root) {
    try (NDManager manager = root.newSubManager()) {
      NDArray left = manager.ones(new Shape(SIDE, SIDE));
      NDArray right = manager.ones(new Shape(SIDE, SIDE));
      left.matMul(right).getFloat(0, 0);
      long begin = System.nanoTime();
      for (int i = 1; i < PRODUCTS; i++) {
        left.matMul(right).close();
      }
      // A GPU is done only when something is read.
      left.matMul(right).getFloat(0, 0);
      return 2.0 * SIDE * SIDE * SIDE * PRODUCTS / (System.nanoTime() - begin);
    }
  }

  private static TrainingBatch batch(List<Example> examples) {
    int size = examples.size();
    int[] places = new int[size];
    long[] labels = new long[size];
    float[] weights = new float[size];
    for (int row = 0; row < size; row++) {
      places[row] = row;
      labels[row] = examples.get(row).liked() ? 1 : 0;
      weights[row] = 1f / size;
    }
    return new TrainingBatch(places, labels, new float[2 * size], new float[size], weights);
  }

  private static double operations(
      Recommender recommender, List<EncodedPrompt> prompts, int topLayers) {
    HuggingFaceFolder folder = recommender.model().folder();
    double width = folder.width();
    double wide = recommender.model().shapeOf("encoder.layer.0.intermediate.dense.weight")[0];
    double length = prompts.stream().mapToInt(EncodedPrompt::length).max().orElseThrow();
    double tokens = length * prompts.size();
    double total = 0;
    for (int layer = 0; layer < topLayers; layer++) {
      // Of the last layer one position a prompt asks; the others give keys and values alone.
      double asked = layer == topLayers - 1 ? prompts.size() : tokens;
      // Nobody asks for the gradient of the lowest adapted layer's input.
      boolean inner = layer > 0;
      total += projection(asked, width, width, inner);
      total += 2 * projection(tokens, width, width, inner);
      total += attention(asked, length, width);
      total += projection(asked, width, width, true);
      total += projection(asked, width, wide, true);
      total += projection(asked, wide, width, true);
    }
    return total;
  }

  /** A frozen projection and its LoRA tensors, of which B takes a gradient. */
  private static double projection(
      double tokens, double inputs, double outputs, boolean inputsTakeGradient) {
    double products = inputs * outputs + RANK * (inputs + outputs);
    products += 2 * RANK * outputs;
    if (inputsTakeGradient) {
      products += inputs * outputs + RANK * inputs;
    }
    return 2 * tokens * products;
  }

  /** Two products of queries, keys and values, and the four that give their gradients. */
  private static double attention(double asked, double length, double width) {
    return 2 * asked * length * width * (2 + 4);
  }
}
