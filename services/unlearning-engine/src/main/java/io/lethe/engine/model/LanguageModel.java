package io.lethe.engine.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtEngine;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.NativeLibraries;
import io.lethe.engine.checkpoint.Architecture;
import io.lethe.engine.checkpoint.HuggingFaceFolder;
import io.lethe.engine.checkpoint.ModelFamily;
import io.lethe.engine.checkpoint.Safetensors;
import io.lethe.engine.program.Program;
import io.lethe.engine.program.Program.Mode;
import io.lethe.engine.text.EncodedPrompt;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * Frozen weights and the program that runs them. Loaded once and shared by every adapter, trainer
 * and thread.
 */
public final class LanguageModel implements AutoCloseable {
  private static final String PREFIX = "w.";
  private static final int ALIGNMENT_BYTES = 64;

  private final HuggingFaceFolder folder;
  private final EngineSettings settings;
  private final NDManager root;
  private final Program program;
  private final NDList weights;
  private final Map<String, long[]> shapes;
  private final LoraTensors none;
  private final String readDigest;

  private LanguageModel(
      HuggingFaceFolder folder, EngineSettings settings, long no, long yes, NDManager root) {
    this.folder = folder;
    this.settings = settings;
    this.root = root;
    Architecture architecture = folder.architecture();
    boolean half = settings.precision().equals(EngineSettings.BF16);
    Map<String, Object> attributes = new HashMap<>(architecture.attributes());
    attributes.put("half", half);
    attributes.put("widened", half && !root.getDevice().isGpu());
    attributes.put("no", no);
    attributes.put("yes", yes);
    ModelFamily family = architecture.family();
    this.program = Program.compile(root, family.programClass(), family.programTexts(), attributes);
    this.weights = new NDList();
    this.shapes = new HashMap<>();
    this.none = LoraTensors.copy(root, new AdapterTensors(1, 1, Map.of()));
    loadWeights(half);
    this.readDigest = settings.readStates() == null ? null : ReadStates.digestOf(this);
  }

  /**
   * Loads the weights of a checked folder.
   *
   * @param no id of the token for no
   * @param yes id of the token for yes
   */
  public static LanguageModel open(
      HuggingFaceFolder folder, EngineSettings settings, long no, long yes) {
    NativeLibraries.fetchNothing();
    // The engine loads its native library on first use; before that no setting can reach it.
    Engine engine = Engine.getEngine(PtEngine.ENGINE_NAME);
    NDManager root = engine.newBaseManager(DeviceChoice.of(settings.device(), engine));
    Program.useThreads(settings.threads());
    try {
      return new LanguageModel(folder, settings, no, yes, root);
    } catch (RuntimeException e) {
      root.close();
      throw e;
    }
  }

  private void loadWeights(boolean half) {
    for (Map.Entry<String, Safetensors.Entry> named : folder.weights().entrySet()) {
      NDArray array = floats(named.getKey(), named.getValue());
      if (half && folder.architecture().family().isInLayer(named.getKey())) {
        // The embeddings stay as they are: rows are only looked up, and the answer is read from
        // them.
        NDArray full = array;
        array = program.call("to_half", Mode.CONSTANT, new NDList(full));
        full.close();
      }
      add(named.getKey(), array);
    }
    folder
        .architecture()
        .constants()
        .forEach((name, values) -> add(name, root.create(values, new Shape(values.length))));
  }

  private void add(String name, NDArray array) {
    array.setName(PREFIX + name);
    weights.add(array);
    shapes.put(name, array.getShape().getShape());
  }

  private NDArray floats(String name, Safetensors.Entry entry) {
    Shape shape = new Shape(entry.shape());
    return switch (entry.type()) {
      // The file's own pages are used as they are, unless another writer put them where products of
      // matrices round otherwise than they do for a recommender tuned from it.
      case "F32" ->
          entry.data().isDirect() && entry.data().alignmentOffset(0, ALIGNMENT_BYTES) == 0
              ? root.create(entry.data(), shape, DataType.FLOAT32)
              : root.create(entry.toFloats(), shape);
      case "BF16", "F16" -> root.create(entry.toFloats(), shape);
      default ->
          throw new EngineException(
              "the checkpoint holds "
                  + name
                  + " as "
                  + entry.type()
                  + "; save it in float32, bfloat16 or float16");
    };
  }

  public HuggingFaceFolder folder() {
    return folder;
  }

  public EngineSettings settings() {
    return settings;
  }

  /** Where it computes: {@code cpu} or {@code cuda:N}. */
  public String device() {
    Device device = root.getDevice();
    return device.isGpu() ? EngineSettings.CUDA + ":" + device.getDeviceId() : EngineSettings.CPU;
  }

  /** Shape of a weight by its Hugging Face name, or null where the model has none. */
  public long[] shapeOf(String name) {
    return shapes.get(name);
  }

  /** Whole names of all projections that can be adapted, layer by layer. */
  public List<String> projections() {
    ModelFamily family = folder.architecture().family();
    return family.layerNames(shapes::containsKey).stream()
        .flatMap(layer -> family.projections().stream().map(layer::concat))
        .filter(module -> shapes.containsKey(module + ".weight"))
        .toList();
  }

  /** The tensors in native memory, to answer or to train with. */
  public LoraTensors place(AdapterTensors tensors) {
    return LoraTensors.copy(root, tensors);
  }

  /** Number of arrays that live as long as the model, for watching leaks. */
  public int managedArrays() {
    return root.getManagedArrays().size();
  }

  /**
   * Logits of no and yes, two values a prompt, in the order given.
   *
   * @param lora or null for the bare model
   */
  public float[] logits(List<EncodedPrompt> prompts, LoraTensors lora) {
    LoraTensors used = lora == null ? none : lora;
    if (settings.readStates() != null && Activations.isLastProjection(this, used.names())) {
      try (Activations read = Activations.read(this, prompts)) {
        return read.logits(IntStream.range(0, prompts.size()).toArray(), used);
      }
    }
    float[] all = new float[2 * prompts.size()];
    for (int[] rows : byLength(prompts)) {
      try (NDManager call = root.newSubManager()) {
        TokenBatch batch = TokenBatch.of(prompts, rows);
        NDList inputs = new NDList(batch.ids(call), batch.mask(call), batch.at(call));
        float[] found = call("answer", Mode.INFERENCE, inputs, lora).toFloatArray();
        for (int i = 0; i < rows.length; i++) {
          System.arraycopy(found, 2 * i, all, 2 * rows[i], 2);
        }
      }
    }
    return all;
  }

  /** Rows sorted by length and cut where a batch would hold too many tokens. */
  private Collection<int[]> byLength(List<EncodedPrompt> prompts) {
    int[] order =
        IntStream.range(0, prompts.size())
            .boxed()
            .sorted(Comparator.comparingInt(row -> prompts.get(row).length()))
            .mapToInt(Integer::intValue)
            .toArray();
    return TokenBatch.cut(order, prompts, settings.batchTokensMax());
  }

  /** Runs a method on inputs followed by the weights and the LoRA tensors. */
  NDArray call(String method, Mode mode, NDList inputs, LoraTensors lora) {
    NDList all = new NDList(inputs);
    all.addAll(weights);
    all.addAll(lora == null ? none.arrays() : lora.arrays());
    return program.call(method, mode, all);
  }

  /** The same with further dictionaries behind. */
  NDArray call(String method, Mode mode, NDList inputs, LoraTensors lora, NDList further) {
    NDList all = new NDList(inputs);
    all.addAll(weights);
    all.addAll(lora.arrays());
    all.addAll(further);
    return program.call(method, mode, all);
  }

  /** Runs a method that needs no weights. */
  NDArray callBare(String method, Mode mode, NDList inputs) {
    return program.call(method, mode, inputs);
  }

  /** Digest of the weights below the last projection, or null where nothing is shared. */
  String readDigest() {
    return readDigest;
  }

  NDManager newScope() {
    return root.newSubManager();
  }

  /** All weights with an update merged in, ready to be written. */
  public SortedMap<String, Safetensors.Entry> merged(AdapterTensors update) {
    SortedMap<String, Safetensors.Entry> entries = folder.weights();
    for (String name : update.tensors().keySet()) {
      if (name.endsWith(LoraStart.A)) {
        String module = name.substring(0, name.length() - LoraStart.A.length());
        String weight = module + ".weight";
        FloatTensor down = update.tensors().get(name);
        FloatTensor up = update.tensors().get(module + LoraStart.B);
        entries.put(weight, merged(entries.get(weight), down, up, (float) update.scaling()));
      }
    }
    return entries;
  }

  private Safetensors.Entry merged(
      Safetensors.Entry weight, FloatTensor down, FloatTensor up, float scaling) {
    try (NDManager call = root.newSubManager()) {
      NDArray before = call.create(weight.toFloats(), new Shape(weight.shape()));
      NDArray a = call.create(down.values(), new Shape(down.shape()));
      NDArray b = call.create(up.values(), new Shape(up.shape()));
      NDList inputs = new NDList(before, call.create(scaling), a, b);
      float[] after = callBare("merged", Mode.INFERENCE, inputs).toFloatArray();
      return Safetensors.Entry.of(Arrays.copyOf(weight.shape(), 2), after);
    }
  }

  @Override
  public void close() {
    program.close();
    root.close();
  }
}
