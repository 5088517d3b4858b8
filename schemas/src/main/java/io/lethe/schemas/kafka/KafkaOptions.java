package io.lethe.schemas.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/**
 * How a service reaches Kafka and proves who it is: every {@code kafka.*} key of its configuration,
 * passed to the clients as it is. Holds passwords, hence says nothing of its values.
 */
public final class KafkaOptions {
  private static final String PREFIX = "kafka.";
  private static final String LOCAL = "localhost:9092";

  /**
   * Keys that are looked up by name: an environment variable such as KAFKA_SASL_JAAS_CONFIG is
   * found so, but does not tell its dotted name when all names are listed.
   */
  private static final List<String> LOOKED_UP =
      List.of(
          CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
          CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
          SaslConfigs.SASL_MECHANISM,
          SaslConfigs.SASL_JAAS_CONFIG,
          SaslConfigs.SASL_LOGIN_CALLBACK_HANDLER_CLASS,
          SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL,
          SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          SslConfigs.SSL_KEYSTORE_TYPE_CONFIG,
          SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
          SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
          SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
          SslConfigs.SSL_KEY_PASSWORD_CONFIG,
          SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);

  private final Map<String, Object> options;

  private KafkaOptions(Map<String, Object> options) {
    this.options = Map.copyOf(options);
  }

  /**
   * Those of a configuration.
   *
   * @param names every key that the configuration lists; others than kafka's are passed over
   * @param values the value of a key
   */
  public static KafkaOptions of(Iterable<String> names, Function<String, Optional<String>> values) {
    TreeSet<String> keys = new TreeSet<>();
    LOOKED_UP.forEach(key -> keys.add(PREFIX + key));
    names.forEach(
        name -> {
          if (name.startsWith(PREFIX)) {
            keys.add(name);
          }
        });
    Map<String, Object> options = new HashMap<>();
    options.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, LOCAL);
    for (String key : keys) {
      values.apply(key).ifPresent(value -> options.put(key.substring(PREFIX.length()), value));
    }
    return new KafkaOptions(options);
  }

  /** A broker that asks for nothing. */
  public static KafkaOptions plaintext(String bootstrapServers) {
    return new KafkaOptions(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  /** Where Kafka is. */
  public String bootstrapServers() {
    return options.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG).toString();
  }

  /** Everything, as the clients take it. */
  public Map<String, Object> options() {
    return options;
  }

  /** Puts everything into a client's settings, and returns them. */
  public Map<String, Object> addTo(Map<String, Object> settings) {
    settings.putAll(options);
    return settings;
  }

  @Override
  public String toString() {
    return "KafkaOptions" + new TreeSet<>(options.keySet());
  }
}
