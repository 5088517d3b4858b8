package io.lethe.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Confluent's frame: a zero byte, the schema's id as four bytes, big end first, then the record's
 * binary form.
 */
final class WireFormat {
  static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final byte MAGIC = 0;

  private WireFormat() {}

  static void writeHeader(ByteArrayOutputStream out, int schemaId) {
    out.writeBytes(ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(schemaId).array());
  }

  static int schemaId(byte[] bytes, String what) {
    if (bytes.length < HEADER_BYTES) {
      throw new SerializationException(
          what
              + " is not Avro in Confluent's wire format: "
              + bytes.length
              + " bytes are too few for its frame.");
    }
    if (bytes[0] != MAGIC) {
      throw new SerializationException(
          what
              + " is not Avro in Confluent's wire format: its "
              + bytes.length
              + " bytes do not begin with 0; use the serializer of the schemas module or Confluent's own.");
    }
    return ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
  }
}
