package io.lethe.engine;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.lethe.engine.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whatever manifest or configuration comes with an adapter: it is read, or the adapter refused. */
class AdapterFolderFuzzTest {
  private static final String MODULE = "base_model.model.encoder.layer.0.attention.self.query";
  private static final Path TENSORS = tensors();

  @FuzzTest(maxDuration = "10m")
  void shouldReadOrRefuseAManifest(byte[] manifest) throws IOException {
    Path folder = Files.createTempDirectory("fuzz");
    try {
      Files.copy(TENSORS, folder.resolve(AdapterFolder.TENSORS));
      Files.writeString(
          folder.resolve(AdapterFolder.CONFIGURATION),
          "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 2, \"target_modules\": [\"query\"]}");
      Files.write(folder.resolve(AdapterFolder.MANIFEST), manifest);
      AdapterFolder.read(folder);
    } catch (AdapterRefusedException refused) {
      // Declared: the server keeps what it serves.
    } finally {
      delete(folder);
    }
  }

  @FuzzTest(maxDuration = "10m")
  void shouldReadOrRefuseAConfiguration(byte[] configuration) throws IOException {
    Path folder = Files.createTempDirectory("fuzz");
    try {
      Files.copy(TENSORS, folder.resolve(AdapterFolder.TENSORS));
      Files.write(folder.resolve(AdapterFolder.CONFIGURATION), configuration);
      AdapterFolder.readTensors(folder);
    } catch (AdapterRefusedException refused) {
      // Declared: the server keeps what it serves.
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    for (String file :
        List.of(AdapterFolder.TENSORS, AdapterFolder.CONFIGURATION, AdapterFolder.MANIFEST)) {
      Files.deleteIfExists(folder.resolve(file));
    }
    Files.delete(folder);
  }

  private static Path tensors() {
    try {
      Path folder = Files.createTempDirectory("fuzz-tensors");
      folder.toFile().deleteOnExit();
      Path file = folder.resolve(AdapterFolder.TENSORS);
      Safetensors.write(
          file,
          new TreeMap<>(
              Map.of(
                  MODULE + ".lora_A.weight", Safetensors.Entry.of(new long[] {1, 2}, new float[2]),
                  MODULE + ".lora_B.weight",
                      Safetensors.Entry.of(new long[] {2, 1}, new float[2]))));
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
