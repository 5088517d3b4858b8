package io.lethe.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.lethe.schemas.Events;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionRequested;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class SchemaPublisherTest {
  private final MockSchemaRegistryClient registry =
      new MockSchemaRegistryClient(List.of(new AvroSchemaProvider()));

  @Test
  void shouldRegisterEveryTopicsSchemaUnderItsRule() throws Exception {
    Map<String, Integer> ids = SchemaPublisher.publish(registry);
    assertThat(ids).hasSize(Topics.events().size());
    assertThat(ids.get("deletion.requested-value"))
        .isEqualTo(
            registry.getId(
                "deletion.requested-value", new AvroSchema(DeletionRequested.getClassSchema())));
    for (Topic<?> topic : Topics.events()) {
      assertThat(registry.getCompatibility(topic.subject()))
          .isEqualTo(topic.compatibility().name());
    }
  }

  @Test
  void shouldChangeNothingWhenRunAgain() {
    assertThat(SchemaPublisher.publish(registry)).isEqualTo(SchemaPublisher.publish(registry));
  }

  @Test
  void shouldLetProducersWriteWithoutRegistering() {
    SchemaPublisher.publish(registry);
    try (AvroSerializer serializer = new AvroSerializer(registry)) {
      serializer.configure(Map.of(AvroSerdeConfig.AUTO_REGISTER_SCHEMAS, false), false);
      Events.byTopic()
          .forEach((topic, event) -> assertThat(serializer.serialize(topic, event)).isNotEmpty());
    }
  }

  @Test
  void shouldAskToTryAgainWhileTheRegistryIsAway() {
    assertThatThrownBy(
            () ->
                SchemaPublisher.publish(
                    Map.of(AvroSerdeConfig.SCHEMA_REGISTRY_URL, "http://127.0.0.1:1")))
        .isInstanceOf(TimeoutException.class);
  }
}
