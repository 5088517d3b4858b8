package io.lethe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  private static final Map<String, Safetensors.Entry> TENSORS =
      Map.of(
          "b", Safetensors.Entry.of(new long[] {2, 2}, new float[] {1, 2, 3, 4}),
          "a", Safetensors.Entry.of(new long[] {}, new float[] {5}));

  @TempDir private Path directory;

  private Path written(String name) {
    Path file = directory.resolve(name);
    Safetensors.write(file, TENSORS);
    return file;
  }

  @Test
  void shouldReadWhatItWrote() {
    Map<String, Safetensors.Entry> read = Safetensors.map(written("one"));
    assertThat(read.keySet()).containsExactly("a", "b");
    assertThat(read.get("a").shape()).isEmpty();
    assertThat(read.get("a").toFloats()).containsExactly(5);
    assertThat(read.get("b").shape()).containsExactly(2, 2);
    assertThat(read.get("b").toFloats()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void shouldWriteEqualBytesForEqualTensors() {
    assertThat(written("one")).hasSameBinaryContentAs(written("two"));
  }

  @Test
  void shouldRefuseEveryTruncation() throws IOException {
    byte[] content = Files.readAllBytes(written("whole"));
    for (int length = 0; length < content.length; length += 5) {
      Path file = directory.resolve("cut-" + length);
      Files.write(file, Arrays.copyOf(content, length));
      assertThatThrownBy(() -> Safetensors.map(file)).isInstanceOf(EngineException.class);
    }
  }

  @Test
  void shouldRefuseOffsetsOutsideTheFile() throws IOException {
    Path file = written("whole");
    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(file, content.replace("[4,20]", "[8,24]"), StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Safetensors.map(file))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("not a whole safetensors file");
  }
}
