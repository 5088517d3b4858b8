package io.lethe.schemas.serde;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes records in Confluent's wire format, byte for byte as Confluent's own serializer does; the
 * subject is {@code <topic>-value}. A null record is a tombstone and stays null.
 *
 * <p>Throws SerializationException when the record or its schema is at fault, and the retriable
 * TimeoutException when the registry is.
 */
public final class AvroSerializer implements Serializer<SpecificRecord> {
  private RegistryAccess registry;
  private boolean autoRegister = true;
  private final Map<SubjectSchema, Integer> ids = new ConcurrentHashMap<>();

  private record SubjectSchema(String subject, Schema schema) {}

  /** To be configured by {@code schema.registry.url}. */
  public AvroSerializer() {}

  /** Over a given client, which stays the caller's to close. */
  public AvroSerializer(SchemaRegistryClient client) {
    this.registry = new RegistryAccess(client);
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    if (isKey) {
      throw new IllegalArgumentException("Keys are UTF-8 strings; use StringSerializer for them.");
    }
    autoRegister = AvroSerdeConfig.autoRegister(configs);
    if (registry == null) {
      registry = RegistryAccess.of(configs);
      ownsRegistry = true;
    }
  }

  private boolean ownsRegistry;

  @Override
  public byte[] serialize(String topic, SpecificRecord value) {
    if (value == null) {
      return null;
    }
    if (registry == null) {
      throw new SerializationException(
          "The serializer is not configured; set "
              + AvroSerdeConfig.SCHEMA_REGISTRY_URL
              + " before its first record.");
    }
    SubjectSchema key = new SubjectSchema(topic + "-value", value.getSchema());
    Integer id = ids.get(key);
    if (id == null) {
      id = registry.idOf(key.subject(), key.schema(), autoRegister);
      ids.put(key, id);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WireFormat.writeHeader(out, id);
    RecordCodec.write(value, out, "the value for " + topic);
    return out.toByteArray();
  }

  @Override
  public void close() {
    if (ownsRegistry) {
      try {
        registry.close();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
