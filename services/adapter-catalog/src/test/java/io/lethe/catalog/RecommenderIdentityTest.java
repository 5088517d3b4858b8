package io.lethe.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommenderIdentityTest {
  private static final String DIGEST = "0a".repeat(32);

  @TempDir private Path folder;

  @Test
  void shouldPreferTheConfiguredDigest() throws IOException {
    Files.writeString(folder.resolve("recommender.json"), "{\"digest\":\"" + DIGEST + "\"}");
    assertThat(RecommenderIdentity.digest(Optional.of("1b".repeat(32)), Optional.of(folder)))
        .isEqualTo("1b".repeat(32));
  }

  @Test
  void shouldReadTheDigestFromTheFolder() throws IOException {
    Files.writeString(folder.resolve("recommender.json"), "{\"digest\":\"" + DIGEST + "\"}");
    assertThat(RecommenderIdentity.digest(Optional.empty(), Optional.of(folder))).isEqualTo(DIGEST);
  }

  @Test
  void shouldNameBothKeysWhenNothingIsConfigured() {
    assertThatThrownBy(() -> RecommenderIdentity.digest(Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lethe.recommender-digest")
        .hasMessageContaining("lethe.recommender-folder");
  }

  @Test
  void shouldSayThatTheManifestIsMissing() {
    assertThatThrownBy(() -> RecommenderIdentity.digest(Optional.empty(), Optional.of(folder)))
        .hasMessageContaining("holds no recommender.json");
  }

  @Test
  void shouldRefuseWhatIsNotASha256() {
    assertThatThrownBy(() -> RecommenderIdentity.digest(Optional.of("abc"), Optional.empty()))
        .hasMessageContaining("lethe.recommender-digest must be 64 lower-case hex digits")
        .hasMessageContaining("3 characters");
  }

  @Test
  void shouldRefuseAManifestThatIsNotJson() throws IOException {
    Files.writeString(folder.resolve("recommender.json"), "digest: yes");
    assertThatThrownBy(() -> RecommenderIdentity.digest(Optional.empty(), Optional.of(folder)))
        .hasMessageContaining("is not JSON");
  }
}
