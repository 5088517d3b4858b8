package io.lethe.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.program.Program.Mode;
import java.util.stream.IntStream;

/**
 * All rows at some B in native memory, turned into the basis in which their curvature is a number a
 * pair, so that taking some away costs no more than these rows. Takes {@code rank + width + 1}
 * numbers a row. One thread at a time.
 */
public final class Removals implements AutoCloseable {
  private final LanguageModel model;
  private final NDManager scope;
  private final NDArray up;
  private final NDArray turned;
  private final NDList standing;

  /** Probability of yes of every row at B. */
  private final float[] likely;

  private Removals(
      LanguageModel model,
      NDManager scope,
      NDArray up,
      NDArray turned,
      NDList standing,
      float[] likely) {
    this.model = model;
    this.scope = scope;
    this.up = up;
    this.turned = turned;
    this.standing = standing;
    this.likely = likely;
  }

  static Removals of(
      LanguageModel model,
      NDArray read,
      NDArray up,
      LastProjection.Standing standing,
      float[] likely) {
    NDManager scope = model.newScope();
    NDArray ownUp = scope.create(HostMemory.read(up), up.getShape());
    NDList factors = new NDList();
    LastProjection.add(factors, "t.inputs", LastProjection.of(scope, standing.inputs()));
    LastProjection.add(factors, "t.outputs", LastProjection.of(scope, standing.outputs()));
    NDList inputs = new NDList(read, ownUp);
    inputs.addAll(factors);
    NDArray turned = model.call("turned", Mode.TRAINING, inputs, null);
    turned.attach(scope);
    LastProjection.add(factors, "t.pairs", LastProjection.of(scope, standing.pairs()));
    LastProjection.add(factors, "t.rest", LastProjection.of(scope, standing.gradient()));
    return new Removals(model, scope, ownUp, turned, factors, likely);
  }

  /** Probabilities of yes of rows at B, none being taken away. */
  public float[] probabilities(int[] rows) {
    float[] probabilities = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      probabilities[i] = likely[rows[i]];
    }
    return probabilities;
  }

  /**
   * B without what rows contributed to it: {@code B + (H + ridge - own)^-1 (g - rest)}, g being the
   * rows' part of the gradient, own theirs of H, and rest the gradient that all rows together had
   * left, which is zero at the optimum itself (influence functions; Koh and Liang, 2017).
   *
   * @param rows with the weights they had in the objective
   * @return {@code [width, rank]}
   */
  public FloatTensor without(LastProjection.Rows rows, double ridge) {
    try (NDManager call = scope.newSubManager()) {
      NDManager host = HostMemory.of(call);
      NDArray places = host.create(IntStream.of(rows.rows()).asLongStream().toArray());
      NDArray picked = model.callBare("picked", Mode.CONSTANT, new NDList(turned, places));
      picked.attach(call);
      NDList inputs = new NDList(picked, up);
      LastProjection.add(inputs, "t.labels", host.create(rows.labels()));
      LastProjection.add(inputs, "t.ce", host.create(rows.weights()));
      LastProjection.add(inputs, "t.ridge", host.create(ridge));
      inputs.addAll(standing);
      NDArray without = model.callBare("influence", Mode.CONSTANT, inputs);
      return new FloatTensor(up.getShape().getShape(), HostMemory.read(without));
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
