package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommenderTest {
  @TempDir private Path directory;

  private Path folder;

  @BeforeEach
  void makeFolder() {
    folder = TinyModel.folder(directory);
  }

  @Test
  void shouldScoreAPromptTheSameWhateverItsNeighbours() {
    List<Prompt> prompts = Answers.prompts(TinyModel.examples("s", 40, 1));
    EngineSettings narrow = new EngineSettings(2, EngineSettings.F32, 2, 512);
    try (Recommender wide = Recommender.load(folder, EngineSettings.defaults());
        Recommender split = Recommender.load(folder, narrow)) {
      float[] together = wide.score(prompts, null);
      float[] inParts = split.score(prompts, null);
      for (int i = 0; i < prompts.size(); i++) {
        float alone = wide.score(prompts.subList(i, i + 1), null)[0];
        assertThat(together[i]).isCloseTo(alone, within(1e-5f));
        assertThat(inParts[i]).isCloseTo(alone, within(1e-5f));
      }
    }
  }

  @Test
  void shouldScoreNothingForNoPrompts() {
    try (Recommender recommender = Recommender.load(folder, EngineSettings.defaults())) {
      assertThat(recommender.score(List.of(), null)).isEmpty();
    }
  }

  @Test
  void shouldKeepItsDigestUntilAFileChanges() throws IOException {
    String digest;
    try (Recommender recommender = Recommender.load(folder, EngineSettings.defaults())) {
      digest = recommender.digest();
      assertThat(digest).matches("[0-9a-f]{64}");
      assertThat(recommender.manifest()).isNull();
    }
    Path tokenizer = folder.resolve("tokenizer.json");
    Files.writeString(tokenizer, Files.readString(tokenizer) + "\n");
    try (Recommender recommender = Recommender.load(folder, EngineSettings.defaults())) {
      assertThat(recommender.digest()).isNotEqualTo(digest);
    }
  }

  @Test
  void shouldNameTheMissingTokenizerAndTheRemedy() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> Recommender.load(folder, EngineSettings.defaults()))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "checkpoint folder tiny-base has no tokenizer.json; save the fast tokenizer beside the model"
                + " (tokenizer.save_pretrained)");
  }

  @Test
  void shouldRefuseAModelItHasNoProgramFor() throws IOException {
    Path configuration = folder.resolve("config.json");
    Files.writeString(
        configuration, Files.readString(configuration).replace("\"bert\"", "\"opt\""));
    assertThatThrownBy(() -> Recommender.load(folder, EngineSettings.defaults()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("model_type opt");
  }

  @Test
  void shouldRefuseTruncatedWeights() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    byte[] content = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(content, content.length - 100));
    assertThatThrownBy(() -> Recommender.load(folder, EngineSettings.defaults()))
        .isInstanceOf(EngineException.class)
        .hasMessage("model.safetensors is not a whole safetensors file; fetch or write it again");
  }

  @Test
  void shouldRefuseAVerbaliserThatIsNotOneToken() throws IOException {
    Path tokenizer = folder.resolve("tokenizer.json");
    Files.writeString(tokenizer, Files.readString(tokenizer).replace("\"yes\"", "\"##es\""));
    assertThatThrownBy(() -> Recommender.load(folder, EngineSettings.defaults()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("yes");
  }
}
