package io.lethe.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/** Avro's binary form of our records, without any frame. */
final class RecordCodec {
  static {
    TrustedRecords.trust();
  }

  /** Finding out how a class is written costs as much as writing it. One entry a schema of ours. */
  private static final Map<Schema, DatumWriter<SpecificRecord>> WRITERS = new ConcurrentHashMap<>();

  private RecordCodec() {}

  /** Schema of a generated class. */
  static Schema schemaOf(Class<?> type) {
    return SpecificData.get().getSchema(type);
  }

  /** A reader that resolves what one schema wrote to what another expects. */
  static <T> DatumReader<T> reader(Schema writer, Schema reader) {
    return new SpecificDatumReader<>(writer, reader, SpecificData.getForSchema(reader));
  }

  private static DatumWriter<SpecificRecord> writer(Schema schema) {
    return new SpecificDatumWriter<>(schema, SpecificData.getForSchema(schema));
  }

  /** Appends the record's binary form. */
  static void write(SpecificRecord value, ByteArrayOutputStream out, String what) {
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      WRITERS.computeIfAbsent(value.getSchema(), RecordCodec::writer).write(value, encoder);
      encoder.flush();
    } catch (IOException | RuntimeException unwritable) {
      throw new SerializationException(
          "Cannot write "
              + what
              + ": a field of "
              + value.getSchema().getName()
              + " is missing or of the wrong type.",
          unwritable);
    }
  }

  /**
   * Reads one record that fills the bytes from the offset to the end.
   *
   * @throws SerializationException when the bytes are not such a record, or go on after it
   */
  static <T> T read(DatumReader<T> reader, byte[] bytes, int offset, String what) {
    try {
      BinaryDecoder decoder =
          DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, null);
      T value = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new SerializationException(
            what
                + " goes on after its record ends; it was written by another schema than it names.");
      }
      return value;
    } catch (SerializationException known) {
      throw known;
    } catch (IOException | RuntimeException broken) {
      // Avro tells of a length beyond its limits by whatever it finds first: to go by the class
      // would let one crafted record stop whoever reads it.
      throw new SerializationException(
          what
              + " is not a record of the schema it names ("
              + broken.getClass().getSimpleName()
              + " in "
              + bytes.length
              + " bytes).",
          broken);
    }
  }
}
