package io.lethe.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Records of state stores and internal topics, which must open without a registry: Avro's
 * single-object encoding, a two-byte mark and the fingerprint of the schema that wrote the record.
 * What any released version wrote is read by this one.
 */
public final class InternalAvroSerde<T extends SpecificRecord> implements Serde<T> {
  private static final short MARK = (short) 0xC301;
  private static final int HEADER_BYTES = Short.BYTES + Long.BYTES;

  private final Schema schema;
  private final byte[] header;
  private final Map<Long, DatumReader<T>> readers = new ConcurrentHashMap<>();

  /** A serde of one generated class. */
  public InternalAvroSerde(Class<T> type) {
    schema = RecordCodec.schemaOf(type);
    long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    header =
        ByteBuffer.allocate(HEADER_BYTES)
            .putShort(MARK)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(fingerprint)
            .array();
    ReleasedSchemas.of(schema.getName())
        .forEach(
            released ->
                readers.put(
                    SchemaNormalization.parsingFingerprint64(released),
                    RecordCodec.reader(released, schema)));
    readers.put(fingerprint, RecordCodec.reader(schema, schema));
  }

  @Override
  public Serializer<T> serializer() {
    return (topic, value) -> {
      if (value == null) {
        return null;
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(header);
      RecordCodec.write(value, out, "a " + schema.getName());
      return out.toByteArray();
    };
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> {
      if (bytes == null) {
        return null;
      }
      String what = "A stored " + schema.getName();
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      if (bytes.length < HEADER_BYTES || buffer.getShort() != MARK) {
        throw new SerializationException(
            what
                + " is not in Avro's single-object encoding: its "
                + bytes.length
                + " bytes lack the mark C3 01.");
      }
      DatumReader<T> reader = readers.get(buffer.order(ByteOrder.LITTLE_ENDIAN).getLong());
      if (reader == null) {
        throw new SerializationException(
            what
                + " was written by a schema that was never released; delete the state directory to rebuild it.");
      }
      return RecordCodec.read(reader, bytes, HEADER_BYTES, what);
    };
  }
}
