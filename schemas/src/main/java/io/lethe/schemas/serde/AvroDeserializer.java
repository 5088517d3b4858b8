package io.lethe.schemas.serde;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads records in Confluent's wire format and resolves whatever version wrote them to the class at
 * hand. The class is the one given, else the one that {@link Topics} names for the topic, else the
 * generated class of the writer's name. A tombstone is null.
 *
 * <p>Throws SerializationException when the bytes are at fault (not Avro, an id that the registry
 * does not know, another record than the topic carries, bytes left over), and the retriable
 * TimeoutException when the registry is.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final Class<T> type;
  private RegistryAccess registry;
  private boolean ownsRegistry;
  private final Map<WriterAndType, DatumReader<T>> readers = new ConcurrentHashMap<>();

  private record WriterAndType(int schemaId, Class<?> type) {}

  /** To be configured by {@code schema.registry.url}; the class follows from the topic. */
  public AvroDeserializer() {
    this.type = null;
  }

  /** To be configured by {@code schema.registry.url}; every value is read as this class. */
  public AvroDeserializer(Class<T> type) {
    this.type = type;
  }

  /** Over a given client, which stays the caller's to close; the class follows from the topic. */
  public AvroDeserializer(SchemaRegistryClient client) {
    this(client, null);
  }

  /** Over a given client, which stays the caller's to close. */
  public AvroDeserializer(SchemaRegistryClient client, Class<T> type) {
    this.type = type;
    this.registry = new RegistryAccess(client);
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    if (isKey) {
      throw new IllegalArgumentException(
          "Keys are UTF-8 strings; use StringDeserializer for them.");
    }
    if (registry == null) {
      registry = RegistryAccess.of(configs);
      ownsRegistry = true;
    }
  }

  @Override
  public T deserialize(String topic, byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    if (registry == null) {
      throw new SerializationException(
          "The deserializer is not configured; set "
              + AvroSerdeConfig.SCHEMA_REGISTRY_URL
              + " before its first record.");
    }
    String what = "A value of " + topic;
    int schemaId = WireFormat.schemaId(bytes, what);
    Class<?> expected =
        type != null
            ? type
            : Topics.named(topic).filter(Topic::isAvro).<Class<?>>map(Topic::value).orElse(null);
    WriterAndType key = new WriterAndType(schemaId, expected);
    DatumReader<T> reader = readers.get(key);
    if (reader == null) {
      reader = readerOf(schemaId, expected, what);
      readers.put(key, reader);
    }
    return RecordCodec.read(reader, bytes, WireFormat.HEADER_BYTES, what);
  }

  private DatumReader<T> readerOf(int schemaId, Class<?> expected, String what) {
    Schema writer = registry.schemaOf(schemaId, what);
    Class<?> target = expected != null ? expected : SpecificData.get().getClass(writer);
    if (target == null || !SpecificRecord.class.isAssignableFrom(target)) {
      throw new SerializationException(
          what + " is a " + writer.getFullName() + ", for which there is no generated class here.");
    }
    Schema reader = RecordCodec.schemaOf(target);
    if (!writer.getFullName().equals(reader.getFullName())) {
      throw new SerializationException(
          what + " is a " + writer.getFullName() + " instead of a " + reader.getFullName() + ".");
    }
    return RecordCodec.reader(writer, reader);
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
