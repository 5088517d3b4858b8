package io.lethe.serving;

import io.lethe.engine.DefaultBase;
import io.lethe.schemas.TopicCreator;
import io.lethe.testing.EmbeddedBroker;
import io.lethe.testing.Tokens;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** A real broker with our topics, a registry in memory, and the default base as the recommender. */
public final class EmbeddedStack implements QuarkusTestResourceLifecycleManager {
  static final String REGISTRY = "mock://serving-it";
  private static EmbeddedBroker broker;

  /** Takes the broker away, as a cut network would. */
  static void stopBroker() {
    if (broker != null) {
      broker.close();
      broker = null;
    }
  }

  @Override
  public Map<String, String> start() {
    try {
      Path folder = Files.createTempDirectory("serving-it");
      broker =
          EmbeddedBroker.start(
              Files.createDirectory(folder.resolve("broker")),
              Map.of("num.network.threads", "2", "num.io.threads", "2"));
      String bootstrapServers = broker.bootstrapServers();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
        TopicCreator.createMissing(admin, (short) 1);
      }
      return Map.ofEntries(
          Map.entry("kafka.bootstrap.servers", bootstrapServers),
          Map.entry("lethe.schema-registry-url", REGISTRY),
          Map.entry("lethe.replica-id", "server-it"),
          Map.entry("quarkus.oidc.public-key", Tokens.publicKey()),
          Map.entry(
              "lethe.recommender-folder", DefaultBase.unpack(Path.of("target", "base")).toString()),
          Map.entry(
              "lethe.artefact-store", Files.createDirectory(folder.resolve("store")).toString()),
          Map.entry("lethe.catalog-timeout", "10s"),
          Map.entry("lethe.catalog-probe-interval", "500ms"),
          Map.entry("lethe.load-retry-first", "100ms"),
          Map.entry("lethe.load-retry-max", "500ms"),
          Map.entry("quarkus.http.test-port", "0"),
          Map.entry("quarkus.log.category.\"kafka\".level", "WARN"),
          Map.entry(
              "quarkus.log.category.\"org.apache.kafka.clients.NetworkClient\".level", "ERROR"),
          Map.entry("quarkus.log.category.\"state.change.logger\".level", "WARN"));
    } catch (Exception failure) {
      throw new IllegalStateException("The embedded stack did not start.", failure);
    }
  }

  @Override
  public void stop() {
    stopBroker();
  }
}
