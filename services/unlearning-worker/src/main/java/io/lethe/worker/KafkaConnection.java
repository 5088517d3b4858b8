package io.lethe.worker;

import io.lethe.schemas.kafka.KafkaOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/** How Kafka is reached: every {@code kafka.*} key is passed to the clients as it is. */
@ApplicationScoped
class KafkaConnection {
  private final KafkaOptions kafka;

  KafkaConnection(Config config) {
    kafka =
        KafkaOptions.of(
            config.getPropertyNames(), name -> config.getOptionalValue(name, String.class));
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  Map<String, Object> options() {
    return kafka.options();
  }
}
