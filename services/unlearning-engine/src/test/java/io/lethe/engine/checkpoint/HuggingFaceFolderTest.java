package io.lethe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.model.FamilyFixture;
import io.lethe.engine.model.LanguageModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceFolderTest {
  @TempDir private Path directory;

  /** A copy of a fixture's checkpoint that a test may spoil. */
  private Path copy(String family) throws IOException {
    Path folder = directory.resolve(family);
    Files.createDirectories(folder);
    for (Path file : Folders.files(FamilyFixture.of(family).folder())) {
      if (Files.isRegularFile(file)) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    return folder;
  }

  private Path withConfiguration(String family, String from, String to) throws IOException {
    Path folder = copy(family);
    Path file = folder.resolve("config.json");
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
    return folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2-bf16-shards", "t5-f16"})
  void shouldAnswerFromNarrowWeightsAsTransformersDoes(String name) {
    FamilyFixture fixture = FamilyFixture.of(name);
    try (LanguageModel model = fixture.open(EngineSettings.defaults())) {
      float[] logits = model.logits(fixture.prompts(), null);
      float[] expected = fixture.floats("logits_without_adapter");
      for (int i = 0; i < expected.length; i++) {
        assertThat(logits[i]).isCloseTo(expected[i], within(1e-4f));
      }
    }
  }

  @Test
  void shouldChangeItsDigestWithAnyShard() throws IOException {
    Path folder = copy("qwen2-bf16-shards");
    String digest = HuggingFaceFolder.open(folder).digest("template");
    assertThat(HuggingFaceFolder.open(folder).digest("template")).isEqualTo(digest);
    Path last = folder.resolve("model-00004-of-00004.safetensors");
    byte[] content = Files.readAllBytes(last);
    content[content.length - 1] ^= 1;
    Files.write(last, content);
    assertThat(HuggingFaceFolder.open(folder).digest("template")).isNotEqualTo(digest);
  }

  @Test
  void shouldNameAMissingShard() throws IOException {
    Path folder = copy("llama");
    Files.delete(folder.resolve("model-00002-of-00004.safetensors"));
    assertThatThrownBy(() -> HuggingFaceFolder.open(folder).weights())
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("has no model-00002-of-00004.safetensors")
        .hasMessageContaining("fetch the checkpoint again");
  }

  @Test
  void shouldReadNoShardOutsideItsFolder() throws IOException {
    Path folder = copy("llama");
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(
        index, Files.readString(index).replace("model-00002-of", "../other/model-00002-of"));
    assertThatThrownBy(() -> HuggingFaceFolder.open(folder).weights())
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("names a file outside the folder");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "llama | \"silu\" | \"gelu\" | hidden_act gelu",
        "llama | \"llama3\" | \"yarn\" | rope_type yarn",
        "llama | \"num_key_value_heads\": 2 | \"num_key_value_heads\": 3 | num_key_value_heads 3",
        "t5 | \"feed_forward_proj\": \"relu\" | \"feed_forward_proj\": \"gated-silu\" | feed_forward_proj gated-silu",
        "roberta | \"gelu\" | \"relu\" | hidden_act relu",
        "qwen2 | \"qwen2\" | \"qwen2_moe\" | model_type qwen2_moe",
        "qwen2 | \"hidden_size\": 32 | \"hidden_size\": 0 | no positive hidden_size",
      })
  void shouldRefuseAConfigurationByItsField(String family, String from, String to, String message)
      throws IOException {
    Path folder = withConfiguration(family, from, to);
    assertThatThrownBy(() -> HuggingFaceFolder.open(folder))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mistral | \"num_hidden_layers\": 2 | \"num_hidden_layers\": 3 | holds no model.layers.2.input_layernorm.weight",
        "t5 | \"d_ff\": 40 | \"d_ff\": 48 | holds [40, 24] as decoder.block.0.layer.2.DenseReluDense.wi.weight",
        "qwen2 | \"qwen2\" | \"qwen3\" | holds no model.layers.0.self_attn.k_norm.weight",
        "roberta | \"vocab_size\": 160 | \"vocab_size\": 161 | holds [160, 32] as embeddings.word_embeddings.weight",
      })
  void shouldRefuseWeightsThatAreNotWhatTheConfigurationSays(
      String family, String from, String to, String message) throws IOException {
    Path folder = withConfiguration(family, from, to);
    assertThatThrownBy(() -> HuggingFaceFolder.open(folder).weights())
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("config.json asks for");
  }

  @Test
  void shouldKeepTextsWithinASlidingWindow() throws IOException {
    Path folder =
        withConfiguration("mistral", "\"sliding_window\": null", "\"sliding_window\": 48");
    assertThat(HuggingFaceFolder.open(folder).positionsMax()).isEqualTo(48);
    assertThat(HuggingFaceFolder.open(copy("qwen2")).positionsMax()).isEqualTo(64);
    assertThat(HuggingFaceFolder.open(copy("roberta")).positionsMax()).isEqualTo(64);
  }

  @Test
  void shouldReadHalvesExactly() {
    float[] values =
        new Safetensors.Entry(
                "F16",
                new long[] {6},
                ByteBuffer.wrap(
                    new byte[] {0, 0x3c, 1, 0, 0, (byte) 0xc0, -1, 0x7b, -1, 3, 0, (byte) 0xfc}))
            .toFloats();
    float[] expected = {1, 0x1p-24f, -2, 65504, 1023 * 0x1p-24f, Float.NEGATIVE_INFINITY};
    assertThat(Arrays.equals(values, expected)).as(Arrays.toString(values)).isTrue();
  }

  @Test
  void shouldRefuseWholeNumbersAsWeights() throws IOException {
    Path folder = copy("t5");
    Path file = folder.resolve("model.safetensors");
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("\"F32\"");
    Files.writeString(
        file,
        text.substring(0, at) + "\"I32\"" + text.substring(at + 5),
        StandardCharsets.ISO_8859_1);
    assertThatThrownBy(
            () ->
                LanguageModel.open(HuggingFaceFolder.open(folder), EngineSettings.defaults(), 1, 2))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("as I32; save it in float32, bfloat16 or float16");
  }
}
