package io.lethe.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.program.Program.Mode;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Trains LoRA tensors with AdamW or Sophia, one native call a step. One thread at a time. */
public final class LoraTrainer implements AutoCloseable {
  private static final int NO_ESTIMATE = 0;
  private static final int DRAWN_LABELS = 1;
  private static final int OWN_LOSS = 2;

  private final LanguageModel model;
  private final Activations activations;
  private final LoraTensors lora;
  private final NDList first = new NDList();
  private final NDList second = new NDList();
  private final NDList mean = new NDList();
  private final OptimizerSettings optimizer;
  private final Random draws;
  private double ridge;
  private int steps;
  private int averaged;

  /**
   * Starts from a copy of the given tensors, with AdamW.
   *
   * @param trained which tensors change, by name
   */
  public LoraTrainer(
      Activations activations,
      AdapterTensors start,
      Predicate<String> trained,
      double weightDecay) {
    this(activations, start, trained, OptimizerSettings.adamW(weightDecay), 0);
  }

  /**
   * Starts from a copy of the given tensors.
   *
   * @param trained which tensors change, by name
   * @param seed of the labels that Sophia's Hessian is estimated from
   */
  public LoraTrainer(
      Activations activations,
      AdapterTensors start,
      Predicate<String> trained,
      OptimizerSettings optimizer,
      long seed) {
    this.model = activations.model();
    this.activations = activations;
    this.lora = model.place(start);
    this.optimizer = optimizer;
    this.draws = new Random(seed);
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

  /** From now on the loss has this weight times half the squared norm of what is trained. */
  public void ridge(double weight) {
    this.ridge = weight;
  }

  /** One step at the given rate; returns the loss before it, the ridge left out. */
  public double step(TrainingBatch batch, double learningRate) {
    steps++;
    try (NDManager call = lora.manager().newSubManager()) {
      NDList inputs = stepInputs(call, batch, learningRate);
      return model.call("step", Mode.TRAINING, inputs, lora, moments()).toFloatArray()[0];
    }
  }

  /**
   * One step that steers hidden states instead of answers; returns the loss before it.
   *
   * @param forgetWeight of the mean over the forget rows
   * @param retainWeight of the mean over the retained rows
   */
  public double steer(
      SteeredStates states,
      int[] forget,
      int[] retain,
      double forgetWeight,
      double retainWeight,
      double learningRate) {
    steps++;
    float[] weights = new float[forget.length + retain.length];
    Arrays.fill(weights, 0, forget.length, (float) (forgetWeight / forget.length));
    Arrays.fill(weights, forget.length, weights.length, (float) (retainWeight / retain.length));
    try (NDManager call = lora.manager().newSubManager()) {
      NDList inputs = states.inputs(call, model, forget, retain);
      NDManager host = HostMemory.of(call);
      add(inputs, "t.weights", host.create(weights));
      inputs.add(host.create(hyper(weights.length, learningRate)));
      return model.call("steer", Mode.TRAINING, inputs, lora, moments()).toFloatArray()[0];
    }
  }

  /** What a step takes beside weights and LoRA tensors. */
  NDList stepInputs(NDManager call, TrainingBatch batch, double learningRate) {
    NDList inputs = inputs(call, batch);
    NDManager host = HostMemory.of(call);
    if (estimate() == DRAWN_LABELS) {
      add(inputs, "t.draw", host.create(draws(batch.rows().length)));
    }
    inputs.add(host.create(hyper(batch.rows().length, learningRate)));
    return inputs;
  }

  private NDList moments() {
    NDList moments = new NDList(first);
    moments.addAll(second);
    return moments;
  }

  private double[] hyper(int rows, double learningRate) {
    double[] common = {
      learningRate,
      optimizer.weightDecay(),
      optimizer.beta1(),
      optimizer.beta2(),
      optimizer.epsilon(),
      steps
    };
    if (!optimizer.secondOrder()) {
      return common;
    }
    double[] all = Arrays.copyOf(common, 9);
    all[6] = optimizer.rho() * rows;
    all[7] = estimate();
    all[8] = optimizer.doubleMomentum() ? 2 : 1;
    return all;
  }

  /** What this step estimates the Hessian from; the first step does, so that none is without. */
  private int estimate() {
    if (!optimizer.secondOrder() || (steps - 1) % optimizer.hessianEvery() != 0) {
      return NO_ESTIMATE;
    }
    return optimizer.empiricalFisher() ? OWN_LOSS : DRAWN_LABELS;
  }

  private float[] draws(int rows) {
    float[] uniform = new float[rows];
    for (int i = 0; i < rows; i++) {
      uniform[i] = draws.nextFloat();
    }
    return uniform;
  }

  /** Takes the present tensors into the running mean. */
  public void average() {
    averaged++;
    try (NDManager call = lora.manager().newSubManager()) {
      NDList inputs = new NDList(HostMemory.of(call).create(1f / averaged));
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
    NDManager host = HostMemory.of(call);
    addTerms(host, batch, inputs);
    if (ridge > 0) {
      add(inputs, "t.ridge", host.create(ridge));
    }
    return inputs;
  }

  /** What the rows' losses are made of, as the program's dictionary argument. */
  static void addTerms(NDManager call, TrainingBatch batch, NDList inputs) {
    add(inputs, "t.labels", call.create(batch.labels()));
    add(
        inputs,
        "t.teacher",
        call.create(
            batch.teacher(),
            new Shape(batch.rows().length, batch.teacher().length / batch.rows().length)));
    add(inputs, "t.kl", call.create(batch.klWeights()));
    add(inputs, "t.ce", call.create(batch.crossEntropyWeights()));
    if (batch.softWeights() != null) {
      add(inputs, "t.soft", call.create(batch.softWeights()));
    }
    if (batch.preference() != null) {
      add(inputs, "t.preference", call.create(batch.preference().weights()));
      add(inputs, "t.reference", call.create(batch.preference().references()));
      add(inputs, "t.sharpness", call.create(batch.preference().sharpness()));
    }
  }

  private static void add(NDList inputs, String name, NDArray array) {
    array.setName(name);
    inputs.add(array);
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
      values.put(name, new FloatTensor(array.getShape().getShape(), HostMemory.read(array)));
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
