package io.lethe.engine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.lethe.engine.EngineException;
import io.lethe.engine.RecommenderManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A checked checkpoint folder.
 *
 * @param folder where it lies
 * @param architecture what its config.json says
 */
public record HuggingFaceFolder(Path folder, Architecture architecture) {
  public static final String CONFIGURATION = "config.json";
  public static final String WEIGHTS = "model.safetensors";
  public static final String TOKENIZER = "tokenizer.json";
  public static final String RECOMMENDER = "recommender.json";

  private static final String INDEX = "model.safetensors.index.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Checks that the files are there and that the model is one the engine has a program for. */
  public static HuggingFaceFolder open(Path folder) {
    HuggingFaceFolder checked = withoutTokenizer(folder);
    require(
        folder, TOKENIZER, "save the fast tokenizer beside the model (tokenizer.save_pretrained)");
    return checked;
  }

  /** The same for token ids that come from elsewhere. */
  public static HuggingFaceFolder withoutTokenizer(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new EngineException(
          "there is no checkpoint folder " + folder.getFileName() + "; give a Hugging Face folder");
    }
    require(folder, CONFIGURATION, "save the checkpoint with save_pretrained");
    if (!Files.isRegularFile(folder.resolve(INDEX))) {
      require(folder, WEIGHTS, "save the checkpoint as safetensors; pickles are not read");
    }
    Configuration configuration = new Configuration(json(folder.resolve(CONFIGURATION)));
    return new HuggingFaceFolder(folder, Architecture.read(configuration));
  }

  public int layers() {
    return architecture.layers();
  }

  public int width() {
    return architecture.width();
  }

  public int positionsMax() {
    return architecture.positionsMax();
  }

  private List<Path> weightFiles() {
    return weightFiles(folder);
  }

  /**
   * The files that hold a folder's weights: one, or the shards that an index names, by name. Where
   * there is no index the one need not exist.
   */
  public static List<Path> weightFiles(Path folder) {
    if (Files.isRegularFile(folder.resolve(WEIGHTS))
        || !Files.isRegularFile(folder.resolve(INDEX))) {
      return List.of(folder.resolve(WEIGHTS));
    }
    SortedSet<String> names = new TreeSet<>();
    for (JsonNode name : json(folder.resolve(INDEX)).path("weight_map")) {
      names.add(name.asText());
    }
    if (names.isEmpty()) {
      throw new EngineException(INDEX + " has no weight_map; fetch the checkpoint again");
    }
    for (String name : names) {
      // A file elsewhere is none of this checkpoint's, whatever its index says.
      if (!Path.of(name).equals(Path.of(name).getFileName())) {
        throw new EngineException(
            INDEX + " names a file outside the folder in weight_map; fetch the checkpoint again");
      }
      require(folder, name, INDEX + " names it in weight_map; fetch the checkpoint again");
    }
    return names.stream().map(folder::resolve).toList();
  }

  /**
   * The weights by the names that the family's program knows them by, mapped. Fails where one is
   * missing or has another shape than config.json says.
   */
  public SortedMap<String, Safetensors.Entry> weights() {
    SortedMap<String, Safetensors.Entry> named = new TreeMap<>();
    for (Path file : weightFiles()) {
      Safetensors.map(file)
          .forEach(
              (name, entry) -> {
                String known = architecture.family().canonical(name);
                if (known != null) {
                  named.put(known, entry);
                }
              });
    }
    architecture
        .shapes()
        .forEach(
            (name, shape) -> {
              Safetensors.Entry found = named.get(name);
              if (found == null || !Arrays.equals(found.shape(), shape)) {
                throw new EngineException(
                    "the checkpoint holds "
                        + (found == null ? "no " : Arrays.toString(found.shape()) + " as ")
                        + name
                        + ", but config.json asks for "
                        + Arrays.toString(shape)
                        + "; fetch weights and config.json of one checkpoint");
              }
            });
    return named;
  }

  /** Hex SHA-256 over configuration, weights, tokenizer and the prompt template that feeds them. */
  public String digest(String templateId) {
    List<String> parts = new ArrayList<>();
    parts.add(Digests.of(folder.resolve(CONFIGURATION)));
    weightFiles().forEach(file -> parts.add(Digests.of(file)));
    parts.add(Digests.of(folder.resolve(TOKENIZER)));
    parts.add(templateId);
    return Digests.of(String.join("\n", parts));
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

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new EngineException(file.getFileName() + " is not readable JSON", e);
    }
  }
}
