package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.model.EachFamily;
import io.lethe.engine.model.FamilyFixture;
import io.lethe.engine.model.LanguageModel;
import io.lethe.engine.model.LoraTensors;
import io.lethe.engine.model.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters that PEFT wrote are read here, and those written here PEFT has read. */
class PeftInterchangeTest {
  private static final Path FIXTURE = Reference.FOLDER.resolve("lethe-adapter");

  private static final List<String> FILES =
      List.of("adapter_config.json", "adapter_model.safetensors", "manifest.json");

  @TempDir private Path directory;

  private LanguageModel model;

  @BeforeEach
  void openModel() {
    model = Reference.tinyBert(Reference.settings());
  }

  @AfterEach
  void closeModel() {
    model.close();
  }

  @Test
  void shouldWriteTheBytesThatPeftHasRead() throws IOException {
    AdapterFolder.write(directory, FixtureAdapter.candidate(model));
    for (String file : FILES) {
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

  @EachFamily
  void shouldWriteTheBytesThatPeftHasReadForEachFamily(FamilyFixture fixture) throws IOException {
    try (LanguageModel family = fixture.open(Reference.settings())) {
      AdapterFolder.write(directory, FamilyAdapter.candidate(fixture.name(), family));
      Path written = fixture.folder().resolve("lethe-adapter");
      for (String file : FILES) {
        assertThat(directory.resolve(file)).hasSameBinaryContentAs(written.resolve(file));
      }
    }
  }

  @EachFamily
  void shouldGiveTheLogitsThatPeftGaveWithOurAdapterOfEachFamily(FamilyFixture fixture)
      throws IOException {
    JsonNode checked = Reference.json("families/" + fixture.name() + "/lethe-adapter-logits.json");
    assertThat(checked.path("ok").asBoolean()).isTrue();
    try (LanguageModel family = fixture.open(Reference.settings());
        LoraTensors lora =
            family.place(AdapterFolder.readTensors(fixture.folder().resolve("lethe-adapter")))) {
      float[] logits = family.logits(fixture.prompts(), lora);
      float[] wanted = Reference.toFloats(checked.path("logits"));
      for (int i = 0; i < wanted.length; i++) {
        assertThat(logits[i]).isCloseTo(wanted[i], within(1e-4f));
      }
    }
  }

  @EachFamily
  void shouldImportPeftsAdapterStoreItAndScoreWithIt(FamilyFixture fixture) {
    AdapterStore store = new AdapterStore(directory.resolve("store"));
    List<Prompt> prompts = Answers.prompts(TinyModel.examples("s", 4, 1));
    try (Recommender recommender = Recommender.load(fixture.folder(), Reference.settings())) {
      Candidate imported =
          AdapterFolder.importPeft(fixture.folder().resolve("adapter"), recommender);
      assertThat(imported.manifest().method()).isEqualTo("peft");
      try (Adapter loaded = Adapter.load(store.put(imported).folder(), recommender)) {
        AdapterTensors read = loaded.tensors();
        assertThat(read.scaling()).isEqualTo(fixture.adapter().scaling());
        assertThat(read.dropout()).isEqualTo(fixture.adapter().dropout());
        assertThat(recommender.score(prompts, loaded))
            .isNotEqualTo(recommender.score(prompts, null));
      }
    }
  }

  @Test
  void shouldRefuseATensorThatTheConfigurationDoesNotChoose() throws IOException {
    Path adapter = FamilyFixture.of("qwen2").folder().resolve("adapter");
    Files.copy(
        adapter.resolve("adapter_model.safetensors"),
        directory.resolve("adapter_model.safetensors"));
    String configuration = Files.readString(adapter.resolve("adapter_config.json"));
    Files.writeString(
        directory.resolve("adapter_config.json"),
        configuration.replace("layers.0.self_attn.o_proj", "layers.1.self_attn.o_proj"));
    assertThatThrownBy(() -> AdapterFolder.readTensors(directory))
        .isInstanceOf(AdapterRefusedException.class)
        .hasMessageContaining("model.layers.1.self_attn.o_proj")
        .hasMessageContaining("exclude_modules");
  }
}
