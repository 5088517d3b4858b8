package io.lethe.engine.checkpoint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.lethe.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whatever a file holds: its tensors are read, within the memory its length allows, or refused. */
class SafetensorsFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void shouldReadOrRefuseAFile(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("fuzz", ".safetensors");
    try {
      Files.write(file, bytes);
      long values = 0;
      for (Safetensors.Entry entry : Safetensors.map(file).values()) {
        values += floats(entry);
      }
      if (values > bytes.length) {
        throw new AssertionError(values + " values from " + bytes.length + " bytes");
      }
    } catch (EngineException refused) {
      // Declared, and told to whoever brought the file.
    } finally {
      Files.delete(file);
    }
  }

  private static int floats(Safetensors.Entry entry) {
    try {
      return entry.toFloats().length;
    } catch (EngineException otherType) {
      return 0;
    }
  }
}
