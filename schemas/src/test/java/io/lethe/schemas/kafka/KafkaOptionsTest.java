package io.lethe.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KafkaOptionsTest {
  private static final Map<String, String> CONFIGURATION =
      Map.of(
          "kafka.bootstrap.servers", "broker:9093",
          "kafka.sasl.jaas.config", "a login with the password pa55word",
          "kafka.reconnect.backoff.ms", "77",
          "lethe.model-id", "recommender");

  @Test
  void shouldPassEveryKeyOfKafkasAndNoOther() {
    KafkaOptions options = of(List.copyOf(CONFIGURATION.keySet()));
    assertThat(options.addTo(new HashMap<>(Map.of("acks", "all"))))
        .isEqualTo(
            Map.of(
                "acks", "all",
                "bootstrap.servers", "broker:9093",
                "sasl.jaas.config", "a login with the password pa55word",
                "reconnect.backoff.ms", "77"));
    assertThat(options.bootstrapServers()).isEqualTo("broker:9093");
  }

  @Test
  void shouldFindWhatTheEnvironmentDoesNotListByItsDottedName() {
    assertThat(of(List.of("KAFKA_SASL_JAAS_CONFIG")).options()).containsKey("sasl.jaas.config");
  }

  @Test
  void shouldNeverSayAValue() {
    assertThat(of(List.copyOf(CONFIGURATION.keySet())).toString())
        .contains("sasl.jaas.config")
        .doesNotContain("pa55word");
  }

  @Test
  void shouldReachALocalBrokerUnlessToldOtherwise() {
    assertThat(KafkaOptions.of(List.of(), name -> Optional.empty()).options())
        .isEqualTo(Map.of("bootstrap.servers", "localhost:9092"));
  }

  private static KafkaOptions of(List<String> names) {
    return KafkaOptions.of(names, name -> Optional.ofNullable(CONFIGURATION.get(name)));
  }
}
