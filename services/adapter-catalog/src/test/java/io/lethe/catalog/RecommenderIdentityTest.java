package io.lethe.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecommenderIdentityTest {
  @TempDir private Path folder;

  @BeforeEach
  void writeARecommender() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    Files.writeString(folder.resolve("model.safetensors"), "weights");
    Files.writeString(folder.resolve("tokenizer.json"), "words");
    Files.writeString(folder.resolve("recommender.json"), "{\"templateId\":\"t-1\"}");
  }

  @Test
  void shouldComputeTheDigestOverWeightsConfigurationTokenizerAndTemplate() {
    // Computed by another implementation of SHA-256.
    assertThat(RecommenderIdentity.digest(Optional.empty(), Optional.of(folder)))
        .isEqualTo("8e8452ac0a57f3ff1518881a11267666216bbad4368f17b8fac13874660afd26");
  }

  private void shard(String index) throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("model.safetensors.index.json"), index);
    Files.writeString(folder.resolve("a.safetensors"), "one");
    Files.writeString(folder.resolve("b.safetensors"), "two");
  }

  @Test
  void shouldComputeTheDigestOverTheShardsByName() throws IOException {
    shard("{\"weight_map\": {\"x\": \"b.safetensors\", \"y\": \"a.safetensors\"}}");
    // Computed by another implementation of SHA-256.
    assertThat(RecommenderIdentity.digest(Optional.empty(), Optional.of(folder)))
        .isEqualTo("f5c2368abdc59a935cdf0a4b1365650a2510f90ff9e528e6a4310a10624bfe38");
  }

  @Test
  void shouldNameTheShardThatIsMissing() throws IOException {
    shard("{\"weight_map\": {\"x\": \"c.safetensors\", \"y\": \"a.safetensors\"}}");
    assertThatThrownBy(() -> RecommenderIdentity.digest(Optional.empty(), Optional.of(folder)))
        .hasMessageContaining("holds no c.safetensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"weight_map\": {\"x\": \"../a.safetensors\"}}"})
  void shouldRefuseAnIndexThatNamesNoFilesOfTheFolder(String index) throws IOException {
    shard(index);
    assertThatThrownBy(() -> RecommenderIdentity.digest(Optional.empty(), Optional.of(folder)))
        .hasMessageContaining("model.safetensors.index.json")
        .hasMessageContaining("has no weight_map that names files of the folder");
  }

  @Test
  void shouldPreferTheConfiguredDigest() {
    assertThat(RecommenderIdentity.digest(Optional.of("1b".repeat(32)), Optional.of(folder)))
        .isEqualTo("1b".repeat(32));
  }

  @Test
  void shouldNameBothKeysWhenNothingIsConfigured() {
    assertThatThrownBy(() -> RecommenderIdentity.digest(Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lethe.recommender-digest")
        .hasMessageContaining("lethe.recommender-folder");
  }

  @Test
  void shouldNameTheFileThatIsMissing() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> RecommenderIdentity.digest(Optional.empty(), Optional.of(folder)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds no tokenizer.json");
  }

  @Test
  void shouldRefuseWhatIsNotASha256() {
    assertThatThrownBy(() -> RecommenderIdentity.digest(Optional.of("abc"), Optional.empty()))
        .hasMessageContaining("lethe.recommender-digest must be 64 lower-case hex digits")
        .hasMessageContaining("3 characters");
  }

  @Test
  void shouldRefuseAManifestWithoutTemplateOrThatIsNotJson() throws IOException {
    Files.writeString(folder.resolve("recommender.json"), "{}");
    assertThatThrownBy(() -> RecommenderIdentity.digest(Optional.empty(), Optional.of(folder)))
        .hasMessageContaining("has no templateId");
    Files.writeString(folder.resolve("recommender.json"), "digest: yes");
    assertThatThrownBy(() -> RecommenderIdentity.digest(Optional.empty(), Optional.of(folder)))
        .hasMessageContaining("is not JSON");
  }
}
