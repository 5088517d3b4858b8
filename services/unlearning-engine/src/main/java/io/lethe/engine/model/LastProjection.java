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
import java.util.stream.IntStream;

/**
 * The update of an encoder's last projection, of which B alone is trained. A row then is no more
 * than what the frozen part gives and what B reads, so that all rows together fit into one native
 * call, the optimum can be found by Newton's method, and what single rows contributed to it can be
 * told. One thread at a time.
 */
public final class LastProjection implements AutoCloseable {
  private final LanguageModel model;
  private final NDManager scope;
  private final NDArray read;
  private final NDArray up;

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
   * @param rows places among the rows
   * @param labels 1 for yes, 0 for no
   * @param weights of each row's cross-entropy, the divisor included
   */
  public record Rows(int[] rows, long[] labels, float[] weights) {}

  /**
   * Where rows stand at some B: Gauss-Newton's part of the Hessian by B, as Kronecker factors with
   * corrected eigenvalues (EKFAC; George et al., 2018), and the gradient.
   *
   * @param inputs {@code [rank, rank]}, eigenvectors of what B reads, one a column
   * @param outputs {@code [width, width]}, eigenvectors of the slopes of the answer
   * @param pairs {@code [width, rank]}, how strongly rows hold each pair of them
   * @param gradient {@code [width, rank]}, of the rows' loss and the ridge, in that basis
   */
  public record Standing(
      FloatTensor inputs, FloatTensor outputs, FloatTensor pairs, FloatTensor gradient) {}

  private LastProjection(LanguageModel model, NDManager scope, NDArray read, FloatTensor up) {
    this.model = model;
    this.scope = scope;
    this.read = read;
    this.up = scope.create(up.values().clone(), new Shape(up.shape()));
  }

  /** Starts from a copy of tensors that adapt the last projection alone, with every row. */
  public static LastProjection of(Activations activations, AdapterTensors start) {
    if (!activations.readsLastProjection()) {
      throw new EngineException(
          "only an encoder in f32 whose last layer's output.dense alone is adapted has its rows in"
              + " reach of its last projection; set topLayers 1, targets output.dense and precision"
              + " f32");
    }
    LanguageModel model = activations.model();
    NDManager scope = model.newScope();
    try (LoraTensors lora = model.place(start);
        NDManager call = scope.newSubManager()) {
      int[] rows = IntStream.range(0, activations.size()).toArray();
      NDList projected = new NDList(activations.inputs(call, rows).get(0));
      NDArray read = model.call("reading", Mode.CONSTANT, projected, lora);
      read.attach(scope);
      return new LastProjection(model, scope, read, start.tensors().get(up(model)));
    }
  }

  /**
   * The same where the frozen part is the model's with another update merged in.
   *
   * @param merged B of that update, with the same A
   */
  public static LastProjection beyond(
      FloatTensor merged, Activations activations, AdapterTensors start) {
    LastProjection plain = of(activations, start);
    try (NDManager call = plain.scope.newSubManager()) {
      NDList inputs = new NDList(plain.read, of(call, merged));
      NDArray read = plain.model.callBare("beyond", Mode.CONSTANT, inputs);
      read.attach(plain.scope);
      plain.read.close();
      return new LastProjection(plain.model, plain.scope, read, plain.up());
    }
  }

  /**
   * Of rows that were read before.
   *
   * @param read {@code [rows, width + rank]}, as {@link #read()} gave it
   * @param up {@code [width, rank]}, B to start from
   */
  public static LastProjection of(LanguageModel model, FloatTensor read, FloatTensor up) {
    NDManager scope = model.newScope();
    NDArray rows = scope.create(read.values(), new Shape(read.shape()));
    return new LastProjection(model, scope, rows, up);
  }

  /** The same rows with another B; this one must stay open as long. */
  public LastProjection with(FloatTensor otherUp) {
    return new LastProjection(model, scope.newSubManager(), read, otherUp);
  }

  /** Name of B among an adapter's tensors. */
  public static String up(LanguageModel model) {
    return Activations.lastProjection(model) + LoraStart.B;
  }

  /** Whether rows of a model can be read as they are here. */
  public static boolean isReadBy(LanguageModel model, AdapterTensors tensors) {
    return Activations.isLastProjection(model, tensors.tensors().keySet());
  }

  /**
   * One Newton step on the rows' weighted cross-entropy plus a ridge: half the squared norm of B.
   * Its direction comes from conjugate gradients on the Gauss-Newton matrix, which the factors of
   * the rows' {@link Standing} precondition; it is halved until the objective falls by Armijo's
   * rule.
   *
   * @param productsMax most products with the matrix
   * @param residualShare share of the gradient's preconditioned norm at which the direction is good
   *     enough
   */
  public NewtonStep newton(Rows rows, double ridge, int productsMax, double residualShare) {
    try (NDManager call = scope.newSubManager()) {
      NDList inputs = inputs(call, rows, ridge);
      inputs.add(HostMemory.of(call).create(new double[] {productsMax, residualShare}));
      double[] found = model.call("newton", Mode.TRAINING, inputs, null).toDoubleArray();
      return new NewtonStep(found[0], found[1], found[2]);
    }
  }

  /** Where rows stand at B as it is. */
  public Standing standing(Rows rows, double ridge) {
    try (NDManager call = scope.newSubManager()) {
      NDList inputs = inputs(call, rows, ridge);
      float[] flat = model.call("standing", Mode.TRAINING, inputs, null).toFloatArray();
      long[] shape = up.getShape().getShape();
      int width = Math.toIntExact(shape[0]);
      int rank = Math.toIntExact(shape[1]);
      int outputs = rank * rank;
      int pairs = outputs + width * width;
      int gradient = pairs + width * rank;
      return new Standing(
          new FloatTensor(new long[] {rank, rank}, Arrays.copyOfRange(flat, 0, outputs)),
          new FloatTensor(new long[] {width, width}, Arrays.copyOfRange(flat, outputs, pairs)),
          new FloatTensor(shape, Arrays.copyOfRange(flat, pairs, gradient)),
          new FloatTensor(shape, Arrays.copyOfRange(flat, gradient, flat.length)));
    }
  }

  /**
   * All rows at B as it is, made ready for some of them to be taken away again and again; to be
   * closed.
   *
   * @param all where all rows that are left stand at B as it is
   */
  public Removals removals(Standing all) {
    int[] everyRow = IntStream.range(0, Math.toIntExact(read.getShape().get(0))).toArray();
    return Removals.of(model, read, up, all, probabilities(everyRow));
  }

  /** Probabilities of yes of rows at B as it is. */
  public float[] probabilities(int[] rows) {
    try (NDManager call = scope.newSubManager()) {
      return model
          .call("likely", Mode.CONSTANT, new NDList(picked(call, rows), up), null)
          .toFloatArray();
    }
  }

  private NDList inputs(NDManager call, Rows rows, double ridge) {
    NDManager host = HostMemory.of(call);
    NDList inputs = new NDList(picked(call, rows.rows()), up);
    add(inputs, "t.labels", host.create(rows.labels()));
    add(inputs, "t.ce", host.create(rows.weights()));
    add(inputs, "t.ridge", host.create(ridge));
    return inputs;
  }

  private NDArray picked(NDManager call, int[] rows) {
    NDArray places = HostMemory.of(call).create(IntStream.of(rows).asLongStream().toArray());
    NDArray picked = model.callBare("picked", Mode.CONSTANT, new NDList(read, places));
    picked.attach(call);
    return picked;
  }

  static NDArray of(NDManager manager, FloatTensor tensor) {
    return manager.create(tensor.values(), new Shape(tensor.shape()));
  }

  static void add(NDList inputs, String name, NDArray array) {
    array.setName(name);
    inputs.add(array);
  }

  /** What is read of every row, {@code [rows, width + rank]}. */
  public FloatTensor read() {
    return new FloatTensor(read.getShape().getShape(), HostMemory.read(read));
  }

  /** B as it is. */
  public FloatTensor up() {
    return new FloatTensor(up.getShape().getShape(), HostMemory.read(up));
  }

  @Override
  public void close() {
    scope.close();
  }
}
