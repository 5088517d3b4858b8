package io.lethe.engine.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.checkpoint.HuggingFaceFolder;
import io.lethe.engine.checkpoint.Safetensors;
import io.lethe.engine.text.EncodedPrompt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values that PyTorch, transformers and PEFT gave; make_reference.py beside them tells how. */
public final class Reference {
  public static final Path FOLDER = Path.of("src/test/resources/reference");
  private static final String PEFT_PREFIX = "base_model.model.";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Reference() {}

  /** The defaults, on the device that the system property {@code lethe.test.device} names. */
  public static EngineSettings settings() {
    String device = System.getProperty("lethe.test.device", EngineSettings.CPU);
    return EngineSettings.defaults().withDevice(device);
  }

  public static JsonNode json(String file) {
    try {
      return JSON.readTree(FOLDER.resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tiny random BERT, which has no tokenizer. */
  public static LanguageModel tinyBert(EngineSettings settings) {
    JsonNode batch = json("batch.json");
    HuggingFaceFolder folder = HuggingFaceFolder.withoutTokenizer(FOLDER.resolve("tiny-bert"));
    return LanguageModel.open(
        folder, settings, batch.path("no_id").asLong(), batch.path("yes_id").asLong());
  }

  /** The three rows of the batch without their padding. */
  public static List<EncodedPrompt> prompts() {
    JsonNode batch = json("batch.json");
    List<EncodedPrompt> prompts = new ArrayList<>();
    for (int row = 0; row < batch.path("input_ids").size(); row++) {
      int length = 0;
      for (JsonNode attended : batch.path("attention_mask").path(row)) {
        length += attended.asInt();
      }
      long[] ids = new long[length];
      for (int i = 0; i < length; i++) {
        ids[i] = batch.path("input_ids").path(row).path(i).asLong();
      }
      prompts.add(new EncodedPrompt(ids, batch.path("mask_positions").path(row).asInt()));
    }
    return prompts;
  }

  public static long[] labels() {
    return toLongs(json("batch.json").path("labels"));
  }

  /** PEFT's adapter for the tiny BERT. */
  public static AdapterTensors tinyAdapter() {
    return new AdapterTensors(4, 8, tensors("tiny-adapter/adapter_model.safetensors"));
  }

  /** LoRA tensors of a file under their names in the model. */
  public static Map<String, FloatTensor> tensors(String file) {
    Map<String, FloatTensor> tensors = new TreeMap<>();
    Safetensors.map(FOLDER.resolve(file))
        .forEach(
            (name, entry) ->
                tensors.put(
                    name.substring(PEFT_PREFIX.length()),
                    new FloatTensor(entry.shape(), entry.toFloats())));
    return tensors;
  }

  /** One batch of all three rows whose loss is the mean cross-entropy. */
  static TrainingBatch meanCrossEntropy() {
    float[] weights = new float[3];
    Arrays.fill(weights, 1f / 3);
    return new TrainingBatch(new int[] {0, 1, 2}, labels(), new float[6], new float[3], weights);
  }

  public static long[] toLongs(JsonNode array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.path(i).asLong();
    }
    return values;
  }

  /** A list of numbers, or of lists of them, one after the other. */
  public static float[] toFloats(JsonNode array) {
    List<Float> values = new ArrayList<>();
    collect(array, values);
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }

  private static void collect(JsonNode node, List<Float> values) {
    if (node.isArray()) {
      node.forEach(child -> collect(child, values));
    } else {
      values.add((float) node.asDouble());
    }
  }
}
