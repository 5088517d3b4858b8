package io.lethe.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineException;
import io.lethe.engine.program.Program.Mode;
import io.lethe.engine.text.EncodedPrompt;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a step steers the hidden states behind the first layers: those of forget rows to one
 * direction, those of retained rows to where they were. The latter are computed once and kept.
 */
public final class SteeredStates implements AutoCloseable {
  private static final int FILL_TOKENS_MAX = 4096;

  private final List<EncodedPrompt> prompts;
  private final int firstRetained;
  private final int layers;
  private final float[] direction;
  private final NDManager manager;
  private final NDArray bank;

  /**
   * Computes the states of the retained rows.
   *
   * @param activations of forget rows and retained rows, in this order
   * @param firstRetained how many of them are forget rows
   * @param layers how many of the first layers lie before the states
   * @param start tensors that the states are computed with
   * @param direction to steer to, its length included, as wide as the model
   */
  public SteeredStates(
      Activations activations,
      int firstRetained,
      int layers,
      AdapterTensors start,
      float[] direction) {
    this.prompts = IntStream.range(0, activations.size()).mapToObj(activations::prompt).toList();
    this.firstRetained = firstRetained;
    this.layers = layers;
    this.direction = direction.clone();
    int retained = prompts.size() - firstRetained;
    int length = prompts.stream().mapToInt(EncodedPrompt::length).max().orElse(1);
    long bytes = 4L * retained * length * direction.length;
    if (bytes > Activations.CACHE_BYTES_MAX) {
      throw new EngineException(
          "the hidden states of "
              + retained
              + " retained rows take "
              + (bytes >> 20)
              + " MiB, above the limit of "
              + (Activations.CACHE_BYTES_MAX >> 20)
              + " MiB; give a smaller retain sample");
    }
    this.manager = activations.model().newScope();
    this.bank = manager.zeros(new Shape(retained, length, direction.length), DataType.FLOAT32);
    try (LoraTensors lora = activations.model().place(start)) {
      fill(activations.model(), lora);
    }
  }

  private void fill(LanguageModel model, LoraTensors lora) {
    int[] order = IntStream.range(firstRetained, prompts.size()).toArray();
    for (int[] rows : TokenBatch.cut(order, prompts, FILL_TOKENS_MAX)) {
      try (NDManager call = manager.newSubManager()) {
        TokenBatch batch = TokenBatch.of(prompts, rows);
        NDManager host = HostMemory.of(call);
        NDList inputs = new NDList(batch.ids(call), batch.mask(call), host.create((long) layers));
        NDArray x = model.call("lower", Mode.CONSTANT, inputs, lora);
        long place = (long) rows[0] - firstRetained;
        model.callBare("keep", Mode.CONSTANT, new NDList(x, host.create(place), bank));
      }
    }
  }

  /** Tokens and aims of forget rows and then retained rows, at least one. */
  NDList inputs(NDManager call, LanguageModel model, int[] forget, int[] retain) {
    int[] rows = IntStream.concat(IntStream.of(forget), IntStream.of(retain)).toArray();
    TokenBatch batch = TokenBatch.of(prompts, rows);
    long[] places = IntStream.of(retain).mapToLong(row -> (long) row - firstRetained).toArray();
    NDManager host = HostMemory.of(call);
    NDArray reference =
        model.callBare(
            "kept",
            Mode.CONSTANT,
            new NDList(host.create(places), host.create((long) batch.length()), bank));
    reference.setName("t.reference");
    NDArray aim = host.create(direction);
    aim.setName("t.direction");
    return new NDList(
        batch.ids(host), batch.mask(host), host.create((long) layers), aim, reference);
  }

  @Override
  public void close() {
    manager.close();
  }
}
