package io.lethe.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.checkpoint.ModelFamily;
import io.lethe.engine.program.Program.Mode;
import io.lethe.engine.text.EncodedPrompt;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the layers below the lowest adapted one make of each prompt. No training step changes it, so
 * it is computed once and kept, unless it would take more memory than {@link #CACHE_BYTES_MAX};
 * then every step computes it anew.
 *
 * <p>Where an encoder's last layer alone is adapted, and neither its queries nor its keys are, the
 * attention from the answer's place is fixed as well. All that a step then reads of a prompt is one
 * mean state a head and the state at that place, {@code [heads + 1, width]}, however long the
 * prompt is.
 */
public final class Activations implements AutoCloseable {
  /** Most native memory one cache takes. */
  public static final long CACHE_BYTES_MAX = 768L << 20;

  private static final int FILL_TOKENS_MAX = 4096;

  private final LanguageModel model;
  private final List<EncodedPrompt> prompts;
  private final int split;
  private final boolean read;
  private final NDManager manager;
  private final NDArray bank;

  private Activations(
      LanguageModel model,
      List<EncodedPrompt> prompts,
      int split,
      boolean read,
      long cacheBytesMax) {
    this.model = model;
    this.prompts = prompts;
    this.split = split;
    this.read = read;
    this.manager = model.newScope();
    int length =
        read ? places(model) : prompts.stream().mapToInt(EncodedPrompt::length).max().orElse(1);
    long bytes = 4L * prompts.size() * length * model.folder().width();
    this.bank = bytes <= cacheBytesMax ? fill(length) : null;
  }

  /** Of prompts to be trained from the given tensors on. */
  public static Activations of(
      LanguageModel model, List<EncodedPrompt> prompts, AdapterTensors start) {
    return of(model, prompts, start, CACHE_BYTES_MAX);
  }

  static Activations of(
      LanguageModel model, List<EncodedPrompt> prompts, AdapterTensors start, long cacheBytesMax) {
    int split = LoraStart.lowestLayer(start);
    boolean read = attentionIsFixed(model, split, start);
    int layers = model.folder().layers();
    return new Activations(model, List.copyOf(prompts), read ? layers : split, read, cacheBytesMax);
  }

  private static boolean attentionIsFixed(LanguageModel model, int split, AdapterTensors start) {
    return model.folder().architecture().family() == ModelFamily.ENCODER
        && model.settings().precision().equals(EngineSettings.F32)
        && split == model.folder().layers() - 1
        && start.tensors().keySet().stream().noneMatch(Activations::steersAttention);
  }

  private static boolean steersAttention(String tensor) {
    return tensor.contains(".attention.self.query.") || tensor.contains(".attention.self.key.");
  }

  /** How many states are read of a prompt: one a head and the one that asks. */
  private static int places(LanguageModel model) {
    return ((Number) model.folder().architecture().attributes().get("heads")).intValue() + 1;
  }

  /** Of prompts whose training leaves the first {@code split} layers alone. */
  public static Activations of(LanguageModel model, List<EncodedPrompt> prompts, int split) {
    return of(model, prompts, split, CACHE_BYTES_MAX);
  }

  static Activations of(
      LanguageModel model, List<EncodedPrompt> prompts, int split, long cacheBytesMax) {
    return new Activations(model, List.copyOf(prompts), split, false, cacheBytesMax);
  }

  private NDArray fill(int length) {
    Shape shape = new Shape(prompts.size(), length, model.folder().width());
    NDArray empty = manager.zeros(shape, DataType.FLOAT32);
    NDArray filled = empty;
    if (model.settings().precision().equals(EngineSettings.BF16)) {
      filled = model.callBare("to_half", Mode.CONSTANT, new NDList(empty));
      empty.close();
    }
    int[] order = IntStream.range(0, prompts.size()).toArray();
    for (int[] rows : TokenBatch.cut(order, prompts, FILL_TOKENS_MAX)) {
      try (NDManager call = manager.newSubManager()) {
        NDArray x = lower(call, TokenBatch.of(prompts, rows));
        model.callBare(
            "keep",
            Mode.CONSTANT,
            new NDList(x, HostMemory.of(call).create((long) rows[0]), filled));
      }
    }
    return filled;
  }

  private NDArray lower(NDManager call, TokenBatch batch) {
    if (read) {
      NDList inputs = new NDList(batch.ids(call), batch.mask(call), batch.at(call));
      return model.call("read", Mode.CONSTANT, inputs, null);
    }
    NDArray below = HostMemory.of(call).create((long) split);
    NDList inputs = new NDList(batch.ids(call), batch.mask(call), below);
    return model.call("lower", Mode.CONSTANT, inputs, null);
  }

  public int size() {
    return prompts.size();
  }

  public EncodedPrompt prompt(int row) {
    return prompts.get(row);
  }

  LanguageModel model() {
    return model;
  }

  /**
   * Hidden states, mask, answer places and split of some rows, the first arguments of every method
   * above the split.
   */
  NDList inputs(NDManager call, int[] rows) {
    TokenBatch batch = TokenBatch.of(prompts, rows);
    NDManager host = HostMemory.of(call);
    NDArray x;
    if (bank == null) {
      x = lower(call, batch);
    } else {
      NDArray places = host.create(IntStream.of(rows).asLongStream().toArray());
      x =
          model.callBare(
              "kept",
              Mode.CONSTANT,
              new NDList(
                  places,
                  host.create(read ? bank.getShape().get(1) : (long) batch.length()),
                  bank));
    }
    return new NDList(x, batch.mask(host), batch.at(host), host.create((long) split));
  }

  /** Logits of no and yes of the given rows, two values each. */
  public float[] logits(int[] rows, LoraTensors adapter) {
    float[] all = new float[2 * rows.length];
    int at = 0;
    for (int[] part : TokenBatch.cut(rows, prompts, model.settings().batchTokensMax())) {
      try (NDManager call = manager.newSubManager()) {
        float[] found =
            model.call("answer_from", Mode.INFERENCE, inputs(call, part), adapter).toFloatArray();
        System.arraycopy(found, 0, all, at, found.length);
        at += found.length;
      }
    }
    return all;
  }

  @Override
  public void close() {
    manager.close();
  }
}
