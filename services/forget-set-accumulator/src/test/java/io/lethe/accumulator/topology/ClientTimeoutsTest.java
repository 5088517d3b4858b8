package io.lethe.accumulator.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

/** Limits of the Kafka clients that depend on one another. */
class ClientTimeoutsTest {
  /** The request that hangs, and the search for another broker, which may hang on the same one. */
  private static final int HANGING_REQUESTS = 2;

  @Test
  void shouldAskAnotherBrokerBeforeACommitRunsOutOfTime() throws IOException {
    Properties defaults = new Properties();
    try (InputStream file =
        ClientTimeoutsTest.class.getResourceAsStream("/application.properties")) {
      defaults.load(file);
    }
    int requestMillis = Integer.parseInt(defaults.getProperty("kafka-streams.request.timeout.ms"));
    long commitMillis =
        (Long) ProducerConfig.configDef().defaultValues().get(ProducerConfig.MAX_BLOCK_MS_CONFIG);

    assertThat((long) HANGING_REQUESTS * requestMillis).isLessThan(commitMillis);
  }
}
