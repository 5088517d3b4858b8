package io.lethe.serving.http;

import io.lethe.testing.Tokens;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** A server without broker, registry or language model, and with room for three requests. */
public class OfflineProfile implements QuarkusTestProfile {
  static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "lethe.replica-id", "server-1",
        "lethe.recommender-folder", "unused",
        "lethe.artefact-store", "unused",
        "lethe.pseudonym-key-file", keyFile().toString(),
        "lethe.threads", "1",
        "quarkus.oidc.public-key", Tokens.publicKey(),
        "lethe.queue-max", "2",
        "lethe.versions-held-max", "1",
        "quarkus.http.test-port", "0");
  }

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(OfflineBeans.class);
  }

  private static Path keyFile() {
    try {
      // Temporary files are readable by their owner alone.
      Path file = Files.createTempFile("pseudonym", ".key");
      file.toFile().deleteOnExit();
      return Files.writeString(file, Base64.getEncoder().encodeToString(KEY));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
