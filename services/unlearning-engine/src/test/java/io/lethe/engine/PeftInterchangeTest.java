package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.model.LanguageModel;
import io.lethe.engine.model.LoraTensors;
import io.lethe.engine.model.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters that PEFT wrote are read here, and those written here PEFT has read. */
class PeftInterchangeTest {
  private static final Path FIXTURE = Reference.FOLDER.resolve("lethe-adapter");

  @TempDir private Path directory;

  private LanguageModel model;

  @BeforeEach
  void openModel() {
    model = Reference.tinyBert(EngineSettings.defaults());
  }

  @AfterEach
  void closeModel() {
    model.close();
  }

  @Test
  void shouldWriteTheBytesThatPeftHasRead() throws IOException {
    AdapterFolder.write(directory, FixtureAdapter.candidate(model));
    for (String file :
        new String[] {"adapter_config.json", "adapter_model.safetensors", "manifest.json"}) {
      assertThat(directory.resolve(file)).hasSameBinaryContentAs(FIXTURE.resolve(file));
    }
  }

  @Test
  void shouldGiveTheLogitsThatPeftGaveWithOurAdapter() throws IOException {
    JsonNode checked = Reference.json("lethe-adapter-logits.json");
    assertThat(checked.path("ok").asBoolean()).isTrue();
    assertThat(checked.path("largest_change_by_adapter").asDouble()).isGreaterThan(0.1);
    assertLogits(FIXTURE, checked.path("answer_logits"));
  }

  @Test
  void shouldGiveTheLogitsThatPeftGaveWithItsOwnAdapter() throws IOException {
    JsonNode expected = Reference.json("reference.json").path("model").path("float32");
    assertLogits(
        Reference.FOLDER.resolve("tiny-adapter"),
        expected.path("with_adapter").path("answer_logits"));
  }

  private void assertLogits(Path adapter, JsonNode expected) throws IOException {
    try (LoraTensors lora = model.place(AdapterFolder.readTensors(adapter))) {
      float[] logits = model.logits(Reference.prompts(), lora);
      float[] wanted = Reference.toFloats(expected);
      for (int i = 0; i < wanted.length; i++) {
        assertThat(logits[i]).isCloseTo(wanted[i], within(1e-4f));
      }
    }
  }

  @Test
  void shouldRefuseAnAdapterThatIsNotPlainLora() throws IOException {
    Files.copy(
        FIXTURE.resolve("adapter_model.safetensors"),
        directory.resolve("adapter_model.safetensors"));
    String configuration = Files.readString(FIXTURE.resolve("adapter_config.json"));
    Files.writeString(
        directory.resolve("adapter_config.json"),
        configuration.replace("\"use_dora\" : false", "\"use_dora\" : true"));
    assertThatThrownBy(() -> AdapterFolder.readTensors(directory))
        .isInstanceOf(AdapterRefusedException.class)
        .hasMessageContaining("plain LoRA");
  }
}
