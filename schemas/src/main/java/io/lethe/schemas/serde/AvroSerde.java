package io.lethe.schemas.serde;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** {@link AvroSerializer} and {@link AvroDeserializer} together, for Kafka Streams. */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
  private final AvroSerializer serializer;
  private final AvroDeserializer<T> deserializer;

  /** To be configured by {@code schema.registry.url}; the class follows from the topic. */
  public AvroSerde() {
    this.serializer = new AvroSerializer();
    this.deserializer = new AvroDeserializer<>();
  }

  /** To be configured by {@code schema.registry.url}; every value is read as this class. */
  public AvroSerde(Class<T> type) {
    this.serializer = new AvroSerializer();
    this.deserializer = new AvroDeserializer<>(type);
  }

  /** Over a given client, which stays the caller's to close. */
  public AvroSerde(SchemaRegistryClient client, Class<T> type) {
    this.serializer = new AvroSerializer(client);
    this.deserializer = new AvroDeserializer<>(client, type);
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    serializer.configure(configs, isKey);
    deserializer.configure(configs, isKey);
  }

  @Override
  public Serializer<T> serializer() {
    return serializer::serialize;
  }

  @Override
  public Deserializer<T> deserializer() {
    return deserializer;
  }

  @Override
  public void close() {
    serializer.close();
    deserializer.close();
  }
}
