package io.lethe.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
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
import java.util.Set;
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
    boolean read = attentionIsFixed(model, start.tensors().keySet());
    int split = read ? model.folder().layers() : LoraStart.lowestLayer(start);
    return new Activations(model, List.copyOf(prompts), split, read, cacheBytesMax);
  }

  /** Of prompts as fixed attention reads them. */
  static Activations read(LanguageModel model, List<EncodedPrompt> prompts) {
    return new Activations(
        model, List.copyOf(prompts), model.folder().layers(), true, CACHE_BYTES_MAX);
  }

  /** Whether tensors of these names leave the attention from the answer's place as it is. */
  static boolean attentionIsFixed(LanguageModel model, Set<String> tensors) {
    String last = "encoder.layer." + (model.folder().layers() - 1) + ".";
    return model.folder().architecture().family() == ModelFamily.ENCODER
        && model.settings().precision().equals(EngineSettings.F32)
        && tensors.stream()
            .allMatch(
                name ->
                    name.startsWith(last)
                        && !name.contains(".attention.self.query.")
                        && !name.contains(".attention.self.key."));
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
    // A prompt is read alone, so that what is read of it depends on no other.
    int tokensMax = read ? 0 : FILL_TOKENS_MAX;
    for (int[] rows : TokenBatch.cut(order, prompts, tokensMax)) {
      try (NDManager call = manager.newSubManager()) {
        NDArray x = read ? readOf(call, rows[0]) : lower(call, TokenBatch.of(prompts, rows));
        model.callBare(
            "keep",
            Mode.CONSTANT,
            new NDList(x, HostMemory.of(call).create((long) rows[0]), filled));
      }
    }
    return filled;
  }

  /** What is read of one prompt, {@code [1, heads + 1, width]}. */
  private NDArray readOf(NDManager call, int row) {
    EncodedPrompt prompt = prompts.get(row);
    ReadStates shared = model.settings().readStates();
    float[] known = shared == null ? null : shared.find(model.readDigest(), prompt);
    if (known != null) {
      return call.create(known, new Shape(1, places(model), model.folder().width()));
    }
    TokenBatch batch = TokenBatch.of(prompts, new int[] {row});
    NDList inputs = new NDList(batch.ids(call), batch.mask(call), batch.at(call));
    NDArray found = model.call("read", Mode.CONSTANT, inputs, null);
    if (shared != null) {
      shared.keep(model.readDigest(), prompt, HostMemory.read(found));
    }
    return found;
  }

  private NDArray readAll(NDManager call, int[] rows) {
    NDList states = new NDList();
    for (int row : rows) {
      states.add(readOf(call, row));
    }
    return NDArrays.concat(states);
  }

  private NDArray lower(NDManager call, TokenBatch batch) {
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

  /** Whether a row is no more than what fixed attention read of it. */
  public boolean fixedAttention() {
    return read;
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
      x = read ? readAll(call, rows) : lower(call, batch);
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
