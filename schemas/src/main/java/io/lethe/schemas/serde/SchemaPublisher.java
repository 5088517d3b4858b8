package io.lethe.schemas.serde;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the contract into the registry when a system is deployed: every topic's schema, and the rule
 * that later versions must keep. Running it again changes nothing. Where it ran, producers may set
 * {@code auto.register.schemas=false}.
 */
public final class SchemaPublisher {

  private SchemaPublisher() {}

  /**
   * Registers the schema of every event topic and sets its subject's compatibility.
   *
   * @param configs {@code schema.registry.url} and the client's own options
   * @return subject to the id of its schema
   * @throws org.apache.kafka.common.errors.SerializationException when the registry holds an
   *     incompatible schema
   * @throws org.apache.kafka.common.errors.TimeoutException when the registry is away; try again
   */
  public static Map<String, Integer> publish(Map<String, ?> configs) {
    try (RegistryAccess registry = RegistryAccess.of(configs)) {
      return publish(registry);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** As {@link #publish(Map)}, over a given client, which stays the caller's to close. */
  public static Map<String, Integer> publish(SchemaRegistryClient client) {
    return publish(new RegistryAccess(client));
  }

  private static Map<String, Integer> publish(RegistryAccess registry) {
    Map<String, Integer> ids = new TreeMap<>();
    for (Topic<?> topic : Topics.events()) {
      // The schema goes first, because some registries know no rule of a subject that does not
      // exist yet.
      ids.put(
          topic.subject(),
          registry.idOf(topic.subject(), RecordCodec.schemaOf(topic.value()), true));
      registry.hold(topic.subject(), topic.compatibility().name());
    }
    return Map.copyOf(ids);
  }
}
