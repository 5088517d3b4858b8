package io.lethe.catalog.http;

import io.lethe.testing.Tokens;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.Set;

/** A catalog without a broker, which answers every move as done before. */
public class OfflineProfile implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "lethe.recommender-digest", "d1".repeat(32),
        "lethe.retry-pause", "PT1H",
        "kafka.bootstrap.servers", "127.0.0.1:9",
        "quarkus.oidc.public-key", Tokens.publicKey(),
        "quarkus.http.test-port", "0");
  }

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(MemoryMover.class);
  }
}
