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
 * <p>Where nothing but an encoder's last projection is adapted, all that a step reads of a prompt
 * is what that projection reads and what is added to its outcome, {@code [1, width + inputs]},
 * however long the prompt is.
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
    int length = read ? 1 : prompts.stream().mapToInt(EncodedPrompt::length).max().orElse(1);
    int width = read ? readWidth(model) : model.folder().width();
    long bytes = 4L * prompts.size() * length * width;
    this.bank = bytes <= cacheBytesMax ? fill(length, width) : null;
  }

  /** Of prompts to be trained from the given tensors on. */
  public static Activations of(
      LanguageModel model, List<EncodedPrompt> prompts, AdapterTensors start) {
    return of(model, prompts, start, CACHE_BYTES_MAX);
  }

  static Activations of(
      LanguageModel model, List<EncodedPrompt> prompts, AdapterTensors start, long cacheBytesMax) {
    boolean read = isLastProjection(model, start.tensors().keySet());
    int split = read ? model.folder().layers() : LoraStart.lowestLayer(start);
    return new Activations(model, List.copyOf(prompts), split, read, cacheBytesMax);
  }

  /** Of prompts as the last projection meets them. */
  static Activations read(LanguageModel model, List<EncodedPrompt> prompts) {
    return new Activations(
        model, List.copyOf(prompts), model.folder().layers(), true, CACHE_BYTES_MAX);
  }

  /** Whether tensors of these names adapt no more than the model's last projection. */
  static boolean isLastProjection(LanguageModel model, Set<String> tensors) {
    String last = lastProjection(model) + ".";
    return model.folder().architecture().family() == ModelFamily.ENCODER
        && model.settings().precision().equals(EngineSettings.F32)
        && tensors.stream().allMatch(name -> name.startsWith(last));
  }

  static String lastProjection(LanguageModel model) {
    return "encoder.layer." + (model.folder().layers() - 1) + ".output.dense";
  }

  /** The projection's outputs and inputs. */
  private static int readWidth(LanguageModel model) {
    long[] shape = model.shapeOf(lastProjection(model) + ".weight");
    return Math.toIntExact(shape[0] + shape[1]);
  }

  /** Of prompts whose training leaves the first {@code split} layers alone. */
  public static Activations of(LanguageModel model, List<EncodedPrompt> prompts, int split) {
    return of(model, prompts, split, CACHE_BYTES_MAX);
  }

  static Activations of(
      LanguageModel model, List<EncodedPrompt> prompts, int split, long cacheBytesMax) {
    return new Activations(model, List.copyOf(prompts), split, false, cacheBytesMax);
  }

  private NDArray fill(int length, int width) {
    Shape shape = new Shape(prompts.size(), length, width);
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

  /** What is read of one prompt, {@code [1, 1, width + inputs]}. */
  private NDArray readOf(NDManager call, int row) {
    EncodedPrompt prompt = prompts.get(row);
    ReadStates shared = model.settings().readStates();
    float[] known = shared == null ? null : shared.find(model.readDigest(), prompt);
    NDArray states;
    if (known == null) {
      TokenBatch batch = TokenBatch.of(prompts, new int[] {row});
      NDList inputs = new NDList(batch.ids(call), batch.mask(call), batch.at(call));
      states = model.call("read", Mode.CONSTANT, inputs, null);
      if (shared != null) {
        shared.keep(model.readDigest(), prompt, HostMemory.read(states));
      }
    } else {
      states = call.create(known, new Shape(1, 1, known.length));
    }
    return model.call("projected", Mode.CONSTANT, new NDList(states), null);
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

  /** Whether a row is no more than what the last projection has to do with. */
  public boolean readsLastProjection() {
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
