package io.lethe.catalog;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/** How Kafka is reached: every {@code kafka.*} key is passed to the clients as it is. */
@ApplicationScoped
class KafkaConnection {
  private static final String PREFIX = "kafka.";
  private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

  private final Map<String, Object> options = new HashMap<>();

  KafkaConnection(Config config) {
    for (String name : config.getPropertyNames()) {
      if (name.startsWith(PREFIX)) {
        config
            .getOptionalValue(name, String.class)
            .ifPresent(value -> options.put(name.substring(PREFIX.length()), value));
      }
    }
    options.putIfAbsent(BOOTSTRAP_SERVERS, "localhost:9092");
  }

  String bootstrapServers() {
    return options.get(BOOTSTRAP_SERVERS).toString();
  }

  Map<String, Object> options() {
    return Map.copyOf(options);
  }
}
