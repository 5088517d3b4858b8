package io.lethe.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.program.Program.Mode;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Trains LoRA tensors with AdamW, one native call a step. One thread at a time. */
public final class LoraTrainer implements AutoCloseable {
  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final LanguageModel model;
  private final Activations activations;
  private final LoraTensors lora;
  private final NDList first = new NDList();
  private final NDList second = new NDList();
  private final NDList mean = new NDList();
  private final double weightDecay;
  private int steps;
  private int averaged;

  /**
   * Starts from a copy of the given tensors.
   *
   * @param trained which tensors change, by name
   */
  public LoraTrainer(
      Activations activations,
      AdapterTensors start,
      Predicate<String> trained,
      double weightDecay) {
    this.model = activations.model();
    this.activations = activations;
    this.lora = model.place(start);
    this.weightDecay = weightDecay;
    start
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (trained.test(name)) {
                first.add(zeros("m." + name, tensor));
                second.add(zeros("v." + name, tensor));
                mean.add(zeros("mean." + name, tensor));
              }
            });
  }

  private NDArray zeros(String name, FloatTensor tensor) {
    NDArray array = lora.manager().zeros(new Shape(tensor.shape()), DataType.FLOAT32);
    array.setName(name);
    return array;
  }

  /** One step at the given rate; returns the loss before it. */
  public double step(TrainingBatch batch, double learningRate) {
    steps++;
    try (NDManager call = lora.manager().newSubManager()) {
      NDList inputs = inputs(call, batch);
      double[] hyper = {learningRate, weightDecay, BETA_1, BETA_2, EPSILON, steps};
      inputs.add(call.create(hyper));
      NDList moments = new NDList(first);
      moments.addAll(second);
      return model.call("step", Mode.TRAINING, inputs, lora, moments).toFloatArray()[0];
    }
  }

  /** Takes the present tensors into the running mean. */
  public void average() {
    averaged++;
    try (NDManager call = lora.manager().newSubManager()) {
      NDList inputs = new NDList(call.create(1f / averaged));
      inputs.addAll(lora.arrays());
      inputs.addAll(mean);
      model.callBare("average", Mode.CONSTANT, inputs);
    }
  }

  /** Gradients of the loss by tensor name. */
  public Map<String, FloatTensor> gradients(TrainingBatch batch) {
    try (NDManager call = lora.manager().newSubManager()) {
      float[] flat =
          model.call("gradients", Mode.TRAINING, inputs(call, batch), lora, first).toFloatArray();
      Map<String, FloatTensor> gradients = new TreeMap<>();
      int at = 0;
      for (NDArray moment : first) {
        int size = Math.toIntExact(moment.size());
        float[] values = Arrays.copyOfRange(flat, at, at + size);
        String name = moment.getName().substring(2);
        gradients.put(name, new FloatTensor(moment.getShape().getShape(), values));
        at += size;
      }
      return gradients;
    }
  }

  private NDList inputs(NDManager call, TrainingBatch batch) {
    NDList inputs = activations.inputs(call, batch.rows());
    inputs.add(call.create(batch.labels()));
    inputs.add(call.create(batch.teacher(), new Shape(batch.rows().length, 2)));
    inputs.add(call.create(batch.klWeights()));
    inputs.add(call.create(batch.crossEntropyWeights()));
    return inputs;
  }

  /** Logits of no and yes of rows of these activations, with the tensors as they are now. */
  public float[] logits(int[] rows) {
    return activations.logits(rows, lora);
  }

  /** The tensors as they are now. */
  public AdapterTensors tensors() {
    return lora.read();
  }

  /** The mean of all tensors taken by {@link #average()}, or the present ones where none were. */
  public AdapterTensors meanTensors() {
    AdapterTensors present = lora.read();
    if (averaged == 0) {
      return present;
    }
    Map<String, FloatTensor> values = new TreeMap<>(present.tensors());
    for (NDArray array : mean) {
      String name = array.getName().substring("mean.".length());
      values.put(name, new FloatTensor(array.getShape().getShape(), array.toFloatArray()));
    }
    return present.with(values);
  }

  /** Arrays held by this trainer, for watching leaks. */
  public int managedArrays() {
    return lora.manager().getManagedArrays().size();
  }

  @Override
  public void close() {
    lora.close();
  }
}
