package io.lethe.engine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.lethe.engine.EngineException;
import io.lethe.engine.RecommenderManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A checked checkpoint folder of a BERT.
 *
 * @param folder where it lies
 * @param layers number of encoder layers
 * @param heads attention heads of a layer
 * @param width of the hidden state
 * @param epsilon of layer norms
 * @param positionsMax longest text in tokens
 */
public record HuggingFaceFolder(
    Path folder, int layers, int heads, int width, double epsilon, int positionsMax) {
  public static final String CONFIGURATION = "config.json";
  public static final String WEIGHTS = "model.safetensors";
  public static final String TOKENIZER = "tokenizer.json";
  public static final String RECOMMENDER = "recommender.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Checks that the files are there and that the model is one the engine has a program for. */
  public static HuggingFaceFolder open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new EngineException(
          "there is no checkpoint folder " + folder.getFileName() + "; give a Hugging Face folder");
    }
    require(folder, CONFIGURATION, "save the checkpoint with save_pretrained");
    require(
        folder, WEIGHTS, "save the checkpoint as safetensors in one file; pickles are not read");
    require(
        folder, TOKENIZER, "save the fast tokenizer beside the model (tokenizer.save_pretrained)");
    JsonNode configuration = json(folder.resolve(CONFIGURATION));
    String family = configuration.path("model_type").asText("none");
    String activation = configuration.path("hidden_act").asText("gelu");
    if (!family.equals("bert") || !activation.equals("gelu")) {
      throw new EngineException(
          "config.json names model_type "
              + family
              + " with hidden_act "
              + activation
              + "; there is a program for bert with gelu only");
    }
    return new HuggingFaceFolder(
        folder,
        positive(configuration, "num_hidden_layers"),
        positive(configuration, "num_attention_heads"),
        positive(configuration, "hidden_size"),
        configuration.path("layer_norm_eps").asDouble(1e-12),
        positive(configuration, "max_position_embeddings"));
  }

  /** The weights of the encoder by their names in a bare BertModel, mapped. */
  public SortedMap<String, Safetensors.Entry> weights() {
    SortedMap<String, Safetensors.Entry> named = new TreeMap<>();
    Safetensors.map(folder.resolve(WEIGHTS))
        .forEach(
            (name, entry) -> {
              String bare = name.startsWith("bert.") ? name.substring(5) : name;
              if (bare.startsWith("embeddings.") || bare.startsWith("encoder.")) {
                named.put(bare, entry);
              }
            });
    return named;
  }

  /** Hex SHA-256 over configuration, weights, tokenizer and the prompt template that feeds them. */
  public String digest(String templateId) {
    return Digests.of(
        String.join(
            "\n",
            Digests.of(folder.resolve(CONFIGURATION)),
            Digests.of(folder.resolve(WEIGHTS)),
            Digests.of(folder.resolve(TOKENIZER)),
            templateId));
  }

  /** The content of recommender.json, or null for a base that nobody tuned. */
  public RecommenderManifest manifest() {
    Path file = folder.resolve(RECOMMENDER);
    try {
      return Files.exists(file) ? JSON.readValue(file.toFile(), RecommenderManifest.class) : null;
    } catch (IOException e) {
      throw new EngineException("recommender.json cannot be read; tune the recommender again", e);
    }
  }

  /** Writes recommender.json into a folder. */
  public static void writeManifest(Path folder, RecommenderManifest manifest) throws IOException {
    JSON.writeValue(folder.resolve(RECOMMENDER).toFile(), manifest);
  }

  private static void require(Path folder, String file, String remedy) {
    if (!Files.isRegularFile(folder.resolve(file))) {
      throw new EngineException(
          "checkpoint folder " + folder.getFileName() + " has no " + file + "; " + remedy);
    }
  }

  private static int positive(JsonNode configuration, String field) {
    int value = configuration.path(field).asInt(0);
    if (value < 1) {
      throw new EngineException("config.json has no positive " + field);
    }
    return value;
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new EngineException(file.getFileName() + " is not readable JSON", e);
    }
  }
}
