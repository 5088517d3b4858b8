package io.lethe.accumulator.forgetset;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.record.PartKind;
import io.lethe.schemas.serde.InternalAvroSerde;
import io.lethe.schemas.serde.ReleasedSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** What an earlier version left in its change logs and its internal topic is read by this one. */
class EarlierRecordsTest {

  @Test
  void shouldReadAPartThatTheFirstVersionWrote() throws IOException {
    Schema first = ReleasedSchemas.of("ExpandedRequest").get(0);
    GenericData.Record written = new GenericData.Record(first);
    written.put("requestId", "r1");
    written.put("kind", new GenericData.EnumSymbol(first.getField("kind").schema(), "LATE"));
    written.put("last", false);
    written.put("modelId", "recommender");
    written.put("subjectRef", "anna");
    written.put("acceptedAt", 1L);
    written.put("dueAt", 2L);
    written.put("samples", List.of(ByteBuffer.wrap(new byte[] {7})));
    written.put("erasedItemIds", List.of("i1"));
    written.put("eraseProfile", true);

    try (InternalAvroSerde<ExpandedRequest> serde =
        new InternalAvroSerde<>(ExpandedRequest.class)) {
      ExpandedRequest read = serde.deserializer().deserialize("any", singleObject(written));
      assertThat(read.getKind()).isEqualTo(PartKind.LATE);
      assertThat(read.getRequestId()).isEqualTo("r1");
      assertThat(read.getDueAt().toEpochMilli()).isEqualTo(2);
      assertThat(read.getErasedItemIds()).containsExactly("i1");
    }
  }

  private static byte[] singleObject(GenericData.Record record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        ByteBuffer.allocate(10)
            .putShort((short) 0xC301)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(SchemaNormalization.parsingFingerprint64(record.getSchema()))
            .array());
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    new GenericDatumWriter<GenericData.Record>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
