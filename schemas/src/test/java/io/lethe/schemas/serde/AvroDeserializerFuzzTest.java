package io.lethe.schemas.serde;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Whatever bytes a topic holds: they are read, or refused by the one exception that leads to the
 * dead letters, within the memory that their own length allows.
 */
class AvroDeserializerFuzzTest {
  private static final List<String> TOPICS = new ArrayList<>();
  private static final AvroDeserializer<?> DESERIALIZER = new AvroDeserializer<>(registry());

  @FuzzTest(maxDuration = "10m")
  void shouldReadOrRefuseARecord(byte[] bytes) {
    for (String topic : TOPICS) {
      try {
        DESERIALIZER.deserialize(topic, bytes);
      } catch (SerializationException refused) {
        // Declared, and handled by every reader.
      }
    }
  }

  /** The schemas have the ids 1, 2, ... in the order of the topics. */
  private static MockSchemaRegistryClient registry() {
    MockSchemaRegistryClient registry =
        new MockSchemaRegistryClient(List.of(new AvroSchemaProvider()));
    try {
      for (Topic<?> topic : Topics.all()) {
        if (topic.isAvro()) {
          TOPICS.add(topic.name());
          registry.register(
              topic.name() + "-value", new AvroSchema(RecordCodec.schemaOf(topic.value())));
        }
      }
    } catch (IOException | RestClientException impossible) {
      throw new IllegalStateException(impossible);
    }
    return registry;
  }
}
