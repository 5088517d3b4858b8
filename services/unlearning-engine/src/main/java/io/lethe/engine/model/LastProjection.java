package io.lethe.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineException;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.program.Program.Mode;
import java.util.Arrays;

/**
 * The update of an encoder's last projection, of which B alone is trained. A row then is no more
 * than what B reads of it, so that all rows together fit into one native call, the optimum can be
 * found by Newton's method, and what single rows contributed to it can be told. One thread at a
 * time.
 */
public final class LastProjection implements AutoCloseable {
  private final LanguageModel model;
  private final Activations activations;
  private final LoraTensors lora;

  /**
   * What a Newton step did.
   *
   * @param before the objective before it
   * @param after the objective behind it
   * @param length Euclidean length of the change of B; 0 where no length lowered the objective
   */
  public record NewtonStep(double before, double after, double length) {}

  /**
   * Rows and their labels.
   *
   * @param rows places in the activations
   * @param labels 1 for yes, 0 for no
   * @param weights of each row's cross-entropy, the divisor included
   */
  public record Rows(int[] rows, long[] labels, float[] weights) {}

  /**
   * Gauss-Newton's part of the Hessian by B, as Kronecker factors with corrected eigenvalues
   * (EKFAC; George et al., 2018).
   *
   * @param inputs {@code [rank, rank]}, eigenvectors of what B reads, one a column
   * @param outputs {@code [width, width]}, eigenvectors of the slopes of the answer
   * @param pairs {@code [width, rank]}, how strongly rows hold each pair of them
   */
  public record Factors(FloatTensor inputs, FloatTensor outputs, FloatTensor pairs) {}

  /** Starts from a copy of tensors that adapt the last projection alone. */
  public LastProjection(Activations activations, AdapterTensors start) {
    if (!activations.readsLastProjection()) {
      throw new EngineException(
          "only an encoder in f32 whose last layer's output.dense alone is adapted has its rows in"
              + " reach of its last projection; set topLayers 1, targets output.dense and precision"
              + " f32");
    }
    this.model = activations.model();
    this.activations = activations;
    this.lora = model.place(start);
  }

  /**
   * One Newton step on the rows' weighted cross-entropy plus a ridge: half the squared norm of B.
   * Its direction comes from conjugate gradients on the Gauss-Newton matrix, which {@link Factors}
   * precondition; it is halved until the objective falls by Armijo's rule.
   *
   * @param productsMax most products with the matrix
   * @param residualShare share of the gradient's preconditioned norm at which the direction is good
   *     enough
   */
  public NewtonStep newton(Rows rows, double ridge, int productsMax, double residualShare) {
    try (NDManager call = lora.manager().newSubManager()) {
      NDList inputs = inputs(call, rows, ridge);
      inputs.add(HostMemory.of(call).create(new double[] {productsMax, residualShare}));
      double[] found = model.call("newton", Mode.TRAINING, inputs, lora).toDoubleArray();
      return new NewtonStep(found[0], found[1], found[2]);
    }
  }

  /** The curvature of rows at the tensors as they are. */
  public Factors factors(Rows rows) {
    try (NDManager call = lora.manager().newSubManager()) {
      NDList inputs = inputs(call, rows, 0);
      float[] flat = model.call("factored", Mode.TRAINING, inputs, lora).toFloatArray();
      long[] shape = up().getShape().getShape();
      int width = Math.toIntExact(shape[0]);
      int rank = Math.toIntExact(shape[1]);
      int outputs = rank * rank;
      int pairs = outputs + width * width;
      return new Factors(
          new FloatTensor(new long[] {rank, rank}, Arrays.copyOfRange(flat, 0, outputs)),
          new FloatTensor(new long[] {width, width}, Arrays.copyOfRange(flat, outputs, pairs)),
          new FloatTensor(shape, Arrays.copyOfRange(flat, pairs, flat.length)));
    }
  }

  /**
   * Takes away what rows contributed to an optimum: adds {@code (H + ridge - own)^-1 g} to B, g
   * being the rows' part of the gradient and own theirs of H (influence functions; Koh and Liang,
   * 2017).
   *
   * @param rows with the weights they had in the objective
   * @param all curvature of all rows, with the same divisor
   * @param rounds how often the step is found again without the rows' own curvature
   * @return Euclidean length of the change of B
   */
  public double takeAway(Rows rows, Factors all, double ridge, int rounds) {
    try (NDManager call = lora.manager().newSubManager()) {
      NDList inputs = inputs(call, rows, ridge);
      NDManager host = HostMemory.of(call);
      add(inputs, "t.rounds", host.create((long) rounds));
      add(inputs, "t.inputs", of(host, all.inputs()));
      add(inputs, "t.outputs", of(host, all.outputs()));
      add(inputs, "t.pairs", of(host, all.pairs()));
      return model.call("influence", Mode.TRAINING, inputs, lora).toDoubleArray()[0];
    }
  }

  private NDArray up() {
    return lora.arrays().stream()
        .filter(array -> array.getName().endsWith(LoraStart.B))
        .findFirst()
        .orElseThrow();
  }

  private NDList inputs(NDManager call, Rows rows, double ridge) {
    NDList inputs = activations.inputs(call, rows.rows());
    NDManager host = HostMemory.of(call);
    add(inputs, "t.labels", host.create(rows.labels()));
    add(inputs, "t.ce", host.create(rows.weights()));
    add(inputs, "t.ridge", host.create(ridge));
    return inputs;
  }

  private static NDArray of(NDManager manager, FloatTensor tensor) {
    return manager.create(tensor.values(), new Shape(tensor.shape()));
  }

  private static void add(NDList inputs, String name, NDArray array) {
    array.setName(name);
    inputs.add(array);
  }

  /** Logits of no and yes, two a row, with the tensors as they are. */
  public float[] logits(int[] rows) {
    return activations.logits(rows, lora);
  }

  /** The tensors as they are. */
  public AdapterTensors tensors() {
    return lora.read();
  }

  @Override
  public void close() {
    lora.close();
  }
}
