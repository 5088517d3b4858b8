package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.ScopeKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Writes accepted requests as an intake of an earlier release does: under the schema it knows. */
final class EarlierIntake {
  private static final Clock CLOCK = Clock.systemUTC();

  private final Schema schema;
  private final int schemaId;

  /** Registers the schema, as that release did when it first wrote. */
  EarlierIntake(String registryUrl, Schema schema) {
    this.schema = schema;
    String body =
        LetheCommand.MAPPER.createObjectNode().put("schema", schema.toString()).toString();
    Service.Answer answer =
        new Service(registryUrl)
            .post("/subjects/" + Topics.DELETION_REQUESTED.name() + "-value/versions", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    this.schemaId = answer.json().required("id").asInt();
  }

  /** The record's value, in Confluent's wire format. */
  byte[] request(ErasureLoad load, int index) {
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      bytes.write(0);
      bytes.write(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(schema).write(record(load, index), encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private GenericRecord record(ErasureLoad load, int index) {
    GenericRecordBuilder request = new GenericRecordBuilder(schema);
    Instant now = CLOCK.instant();
    Schema scopeSchema = schema.getField("scope").schema();
    GenericRecord scope =
        new GenericRecordBuilder(scopeSchema)
            .set("kind", symbol(scopeSchema.getField("kind").schema(), ScopeKind.ALL))
            .build();
    request.set("requestId", load.requestId(index));
    request.set("action", symbol(schema.getField("action").schema(), DeletionAction.ERASE));
    request.set("subjectRef", load.subjectRef(index));
    request.set("scope", scope);
    request.set("regime", symbol(schema.getField("regime").schema(), Regime.GDPR));
    request.set("receivedAt", now.toEpochMilli());
    request.set("acceptedAt", now.toEpochMilli());
    request.set("dueAt", now.plus(Duration.ofDays(30)).toEpochMilli());
    request.set("contentDigest", "digest-" + index);
    return request.build();
  }

  private static GenericData.EnumSymbol symbol(Schema schema, Enum<?> value) {
    return new GenericData.EnumSymbol(schema, value.name());
  }
}
