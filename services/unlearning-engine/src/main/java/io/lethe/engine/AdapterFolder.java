package io.lethe.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lethe.engine.checkpoint.Digests;
import io.lethe.engine.checkpoint.Folders;
import io.lethe.engine.checkpoint.ModelFamily;
import io.lethe.engine.checkpoint.Safetensors;
import io.lethe.engine.model.LoraStart;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An adapter as files: the two that Hugging Face PEFT reads, and a manifest that holds their
 * digests and says what the adapter is. Its id is the SHA-256 of the manifest, hence of everything.
 */
public final class AdapterFolder {
  static final String TENSORS = "adapter_model.safetensors";
  static final String CONFIGURATION = "adapter_config.json";
  static final String MANIFEST = "manifest.json";

  /** No manifest and no configuration comes near this; larger ones are not read into memory. */
  private static final long DESCRIPTION_BYTES_MAX = 64L * 1024 * 1024;

  private static final String PREFIX = "base_model.model.";
  private static final Set<String> FILES = Set.of(TENSORS, CONFIGURATION, MANIFEST);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * What a folder holds.
   *
   * @param id SHA-256 of the manifest, in hex
   */
  record Content(String id, AdapterManifest manifest, AdapterTensors tensors) {}

  private AdapterFolder() {}

  /**
   * A candidate as its files will be.
   *
   * @param id SHA-256 of the manifest, in hex
   * @param files content by name
   */
  record Encoded(String id, Map<String, ByteBuffer> files) {
    /** Writes the files into an empty folder. */
    void write(Path folder) throws IOException {
      for (Map.Entry<String, ByteBuffer> file : files.entrySet()) {
        try (FileChannel channel =
            FileChannel.open(
                folder.resolve(file.getKey()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
          Folders.writeFully(channel, file.getValue().duplicate());
        }
      }
    }
  }

  /** The id a candidate will have wherever it is written. */
  public static String idOf(Candidate candidate) {
    return encode(candidate).id();
  }

  /** Writes the three files into an empty folder and returns the id; nothing is synced yet. */
  public static String write(Path folder, Candidate candidate) throws IOException {
    Encoded encoded = encode(candidate);
    encoded.write(folder);
    return encoded.id();
  }

  static Encoded encode(Candidate candidate) {
    Map<String, Safetensors.Entry> entries = new TreeMap<>();
    candidate
        .tensors()
        .tensors()
        .forEach(
            (name, tensor) ->
                entries.put(PREFIX + name, Safetensors.Entry.of(tensor.shape(), tensor.values())));
    try {
      ByteBuffer tensors = Safetensors.encode(entries);
      byte[] configuration = JSON.writeValueAsBytes(configuration(candidate));
      byte[] manifest = manifest(candidate, Digests.of(tensors), configuration);
      return new Encoded(
          Digests.of(manifest),
          Map.of(
              TENSORS,
              tensors,
              CONFIGURATION,
              ByteBuffer.wrap(configuration),
              MANIFEST,
              ByteBuffer.wrap(manifest)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] manifest(Candidate candidate, String tensorsDigest, byte[] configuration)
      throws JsonProcessingException {
    ObjectNode manifest = JSON.valueToTree(candidate.manifest());
    ObjectNode files = manifest.putObject("sha256");
    files.put(CONFIGURATION, Digests.of(configuration));
    files.put(TENSORS, tensorsDigest);
    return JSON.writeValueAsBytes(manifest);
  }

  private static Map<String, Object> configuration(Candidate candidate) {
    // Whole names of modules: a short one such as output.dense would match attention.output.dense
    // too.
    TreeSet<String> modules = new TreeSet<>();
    for (String name : candidate.tensors().tensors().keySet()) {
      if (name.endsWith(LoraStart.A)) {
        modules.add(name.substring(0, name.length() - LoraStart.A.length()));
      }
    }
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("peft_type", "LORA");
    configuration.put("task_type", null);
    configuration.put(
        "base_model_name_or_path", "sha256:" + candidate.manifest().recommenderDigest());
    configuration.put("inference_mode", true);
    configuration.put("r", candidate.tensors().rank());
    configuration.put("lora_alpha", candidate.tensors().loraAlpha());
    configuration.put("lora_dropout", candidate.tensors().dropout());
    configuration.put("bias", "none");
    configuration.put("fan_in_fan_out", false);
    configuration.put("use_rslora", candidate.tensors().rankStabilized());
    configuration.put("use_dora", false);
    configuration.put("target_modules", List.copyOf(modules));
    return configuration;
  }

  /** Reads and verifies a folder. Anything that is not exactly what was written is refused. */
  static Content read(Path folder) {
    checkFiles(folder);
    try {
      byte[] manifestBytes = description(folder, MANIFEST);
      ObjectNode manifest = object(manifestBytes, MANIFEST);
      JsonNode digests = manifest.remove("sha256");
      for (String file : List.of(CONFIGURATION, TENSORS)) {
        String wanted = digests == null ? "" : digests.path(file).asText();
        if (!Digests.of(folder.resolve(file)).equals(wanted)) {
          throw new AdapterRefusedException(
              file + " does not have the digest the manifest names; fetch the adapter again");
        }
      }
      return new Content(
          Digests.of(manifestBytes),
          JSON.treeToValue(manifest, AdapterManifest.class),
          readTensors(folder));
    } catch (JsonProcessingException e) {
      throw new AdapterRefusedException("manifest.json has fields this engine does not know", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The recommender that the manifest names; empty where it cannot be read. Verifies nothing. */
  static String recommenderDigest(Path folder) {
    try {
      return object(description(folder, MANIFEST), MANIFEST).path("recommenderDigest").asText();
    } catch (IOException | AdapterRefusedException unreadable) {
      return "";
    }
  }

  /**
   * An adapter that PEFT trained, as a candidate: nothing here vouches for where it comes from, so
   * its manifest names {@code peft} as the method and no forget set.
   *
   * @param folder with adapter_config.json and adapter_model.safetensors
   */
  public static Candidate importPeft(Path folder, Recommender recommender) {
    try {
      AdapterManifest manifest =
          new AdapterManifest(
              recommender.digest(),
              recommender.settings().precision(),
              "peft",
              null,
              null,
              0,
              null);
      Candidate candidate = new Candidate(readTensors(folder), manifest, null);
      Adapter.check(manifest, candidate.tensors(), recommender);
      return candidate;
    } catch (IOException e) {
      throw new AdapterRefusedException(
          "the folder has no readable "
              + CONFIGURATION
              + " and "
              + TENSORS
              + "; save the adapter with PEFT's save_pretrained",
          e);
    }
  }

  /** Reads the two files of PEFT alone, without a manifest to vouch for them. */
  public static AdapterTensors readTensors(Path folder) throws IOException {
    LoraConfiguration configuration =
        LoraConfiguration.read(object(description(folder, CONFIGURATION), CONFIGURATION));
    SortedMap<String, FloatTensor> tensors = new TreeMap<>();
    try {
      Safetensors.map(folder.resolve(TENSORS))
          .forEach(
              (name, entry) -> {
                String bare = bareName(name);
                requireTarget(bare, configuration);
                FloatTensor values = new FloatTensor(entry.shape(), entry.toFloats());
                tensors.put(ModelFamily.withoutHeadModel(bare), values);
              });
    } catch (AdapterRefusedException e) {
      throw e;
    } catch (EngineException e) {
      throw new AdapterRefusedException(e.getMessage(), e);
    }
    return new AdapterTensors(
        configuration.rank(),
        configuration.loraAlpha(),
        configuration.rankStabilized(),
        configuration.dropout(),
        tensors);
  }

  private static byte[] description(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    if (Files.size(file) > DESCRIPTION_BYTES_MAX) {
      throw new AdapterRefusedException(
          name + " has more than " + DESCRIPTION_BYTES_MAX + " bytes; fetch the adapter again");
    }
    return Files.readAllBytes(file);
  }

  private static String bareName(String name) {
    if (!name.startsWith(PREFIX)) {
      throw new AdapterRefusedException(
          "tensor " + name + " is not named as PEFT names LoRA tensors");
    }
    return name.substring(PREFIX.length());
  }

  /** PEFT would leave out a tensor that its configuration does not choose, and answer otherwise. */
  private static void requireTarget(String name, LoraConfiguration configuration) {
    if (name.endsWith(LoraStart.A) || name.endsWith(LoraStart.B)) {
      String module = name.substring(0, name.length() - LoraStart.A.length());
      if (!configuration.adapts(module)) {
        throw new AdapterRefusedException(
            "tensor "
                + name
                + " is none that target_modules, exclude_modules and layers_to_transform of"
                + " adapter_config.json choose; take both files from one adapter");
      }
    }
  }

  private static void checkFiles(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new AdapterRefusedException(
          "there is no adapter folder " + folder.getFileName() + "; fetch the adapter first");
    }
    Set<String> found = new TreeSet<>();
    Folders.files(folder).forEach(file -> found.add(file.getFileName().toString()));
    for (String file : found) {
      if (!FILES.contains(file)) {
        throw new AdapterRefusedException(
            "adapter folder holds "
                + file
                + ", which is none of its three files; pickles and code are never read, remove it");
      }
    }
    for (String file : FILES) {
      if (!found.contains(file)) {
        throw new AdapterRefusedException(
            "adapter folder has no " + file + "; fetch the adapter again");
      }
    }
  }

  private static ObjectNode object(byte[] json, String file) throws IOException {
    try {
      if (JSON.readTree(json) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException | CharConversionException e) {
      throw new AdapterRefusedException(file + " is not readable JSON", e);
    }
    throw new AdapterRefusedException(file + " is not a JSON object");
  }
}
