package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.serde.AvroSerdeConfig;
import io.lethe.schemas.serde.AvroSerializer;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

/**
 * Poison among good records stops nothing, is kept and counted against its deadline, and goes back
 * once its cause is mended, with one effect.
 */
class DeadLettersIT {
  private static final String SUBMITTED = Topics.DELETION_SUBMITTED.name();
  private static final int GOOD_PER_POISON = 100;
  private static final int TEN_MEGABYTES = 10 * 1024 * 1024;
  private static final long DAY_SECONDS = Duration.ofDays(1).toSeconds();
  private final DevelopmentStack stack = DevelopmentStack.get();

  @Test
  @FaultCase(
      fault = CatalogueFault.F8,
      level = FaultLevel.PROCESS,
      does = "Writes every kind of poison among good records.",
      load = "good requests around each poison record",
      oracle =
          "The good ones are completed; each poison record is kept with its position and its deadline counts.")
  void shouldKeepEachKindOfPoisonAmongGoodRecordsAndCountItsDeadline() throws Exception {
    Map<String, ProducerRecord<byte[], byte[]>> poison = new LinkedHashMap<>();
    byte[] good = serialized(submitted(UUID.randomUUID().toString(), "somebody", null));
    byte[] key = subjectRef("somebody").getBytes(StandardCharsets.UTF_8);
    poison.put("bytes that are no Avro", record(key, "{}".getBytes(StandardCharsets.UTF_8)));
    poison.put("an unknown schema id", record(key, withSchemaId(good, Integer.MAX_VALUE)));
    poison.put("no key", record(null, good));
    poison.put("a field that claims a terabyte", record(key, bomb(good)));
    poison.put(
        "a date in the far future",
        record(
            key,
            serialized(
                submitted(
                    UUID.randomUUID().toString(),
                    "somebody",
                    Instant.parse("9999-12-31T00:00:00Z")))));

    Set<String> accepted = new HashSet<>();
    Map<String, RecordMetadata> sent = new LinkedHashMap<>();
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (Map.Entry<String, ProducerRecord<byte[], byte[]>> one : poison.entrySet()) {
        for (int i = 0; i < GOOD_PER_POISON; i++) {
          String requestId = UUID.randomUUID().toString();
          String account = "stranger-" + requestId;
          accepted.add(requestId);
          producer.send(
              record(
                  subjectRef(account).getBytes(StandardCharsets.UTF_8),
                  serialized(submitted(requestId, account, null))));
        }
        sent.put(one.getKey(), producer.send(one.getValue()).get());
      }
      assertThatThrownBy(() -> producer.send(record(key, new byte[TEN_MEGABYTES])).get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(RecordTooLargeException.class);
    }

    await("acceptance of every good record")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> requested().containsAll(accepted));
    for (Map.Entry<String, RecordMetadata> one : sent.entrySet()) {
      JsonNode letter = awaitLetter(one.getValue());
      assertThat(letter.required("state").asText()).as(one.getKey()).isEqualTo("OPEN");
      assertThat(letter.required("attempts").asInt()).as(one.getKey()).isEqualTo(1);
      assertThat(letter.required("timeLeftSeconds").asLong())
          .as(one.getKey())
          .isBetween(27 * DAY_SECONDS, 28 * DAY_SECONDS);
      assertThat(letter.required("reason").asText()).as(one.getKey()).isNotBlank();
    }
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F8,
      level = FaultLevel.PROCESS,
      does = "Writes a request under a schema that nobody registered, registers it, and redrives.",
      load = "1 request",
      oracle = "It is completed once.")
  void shouldSendARecordBackOnceItsSchemaIsRegisteredAndCompleteItOnce() throws Exception {
    String requestId = UUID.randomUUID().toString();
    String account = DevelopmentStack.takeSubject();
    int known =
        register(
            "dead-letters-it-" + requestId,
            "{\"type\": \"string\", \"it\": \"" + requestId + "\"}");
    byte[] value = withSchemaId(serialized(submitted(requestId, account, null)), known + 1);
    RecordMetadata sent;
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      sent =
          producer.send(record(subjectRef(account).getBytes(StandardCharsets.UTF_8), value)).get();
    }
    String offset = awaitLetter(sent).required("offset").asText();

    ObjectNode schema =
        (ObjectNode) LetheCommand.MAPPER.readTree(DeletionSubmitted.getClassSchema().toString());
    schema.put("doc", "As a producer of " + requestId + " writes it.");
    assertThat(register("dead-letters-it-mended-" + requestId, schema.toString()))
        .as("the registry counts its schemas up")
        .isEqualTo(known + 1);

    JsonNode dry = redrive(0, "--offsets", offset).json();
    assertThat(dry.required("dryRun").asBoolean()).isTrue();
    assertThat(dry.required("letters").get(0).required("action").asText()).isEqualTo("REDRIVE");
    assertThat(awaitLetter(sent).required("state").asText()).isEqualTo("OPEN");

    JsonNode done =
        redrive(0, "--offsets", offset, "--execute", "--why", "its schema is registered").json();
    assertThat(done.required("redriven").asInt()).isEqualTo(1);
    Requests.awaitCompleted(stack, requestId);
    assertThat(requested().stream().filter(requestId::equals)).hasSize(1);
    assertThat(awaitLetter(sent).required("state").asText()).isEqualTo("REDRIVEN");
    assertSkipped(offset);

    long killed = stack.kill("erasure-ledger");
    await("another ledger")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                stack.pid("erasure-ledger") > 0
                    && stack.pid("erasure-ledger") != killed
                    && stack
                        .service("erasure-ledger")
                        .tryGet("/v1/dead-letters")
                        .filter(answer -> answer.json().path("complete").asBoolean())
                        .isPresent());
    assertSkipped(offset);
    assertThat(
            TopicReader.<DeadLetterRedriven>all(stack, Topics.DEAD_LETTER_REDRIVEN.name()).stream()
                .map(TopicReader.Read::value)
                .filter(event -> event.getDeadLetterOffset() == Long.parseLong(offset)))
        .hasSize(1)
        .allSatisfy(
            event -> {
              assertThat(event.getWhy()).isEqualTo("its schema is registered");
              assertThat(SubjectPseudonymizer.isSubjectRef(event.getActorRef())).isTrue();
            });
  }

  private void assertSkipped(String offset) {
    JsonNode again = redrive(0, "--offsets", offset, "--execute", "--why", "again").json();
    assertThat(again.required("redriven").asInt()).isZero();
    assertThat(again.required("skipped").asInt()).isEqualTo(1);
  }

  private LetheCommand.Result redrive(int exitCode, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "redrive",
                "--topic",
                SUBMITTED,
                "--data-dir",
                stack.folder().toString(),
                "--output",
                "json"));
    arguments.addAll(List.of(options));
    LetheCommand.Result result = LetheCommand.run(stack.log(), arguments.toArray(String[]::new));
    assertThat(result.exitCode()).as("lethe redrive; see " + stack.log()).isEqualTo(exitCode);
    return result;
  }

  private JsonNode awaitLetter(RecordMetadata source) {
    return await("dead letter of " + source)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              JsonNode page =
                  stack
                      .service("erasure-ledger")
                      .get("/v1/dead-letters?limit=1000&topic=" + SUBMITTED)
                      .json();
              for (JsonNode letter : page.required("letters")) {
                if (letter.required("sourcePartition").asInt() == source.partition()
                    && letter.required("sourceOffset").asLong() == source.offset()) {
                  return letter;
                }
              }
              return null;
            },
            letter -> letter != null);
  }

  private List<String> requested() {
    return TopicReader.<DeletionRequested>all(stack, Topics.DELETION_REQUESTED.name()).stream()
        .map(read -> read.value().getRequestId())
        .toList();
  }

  private int register(String subject, String schema) {
    String body = LetheCommand.MAPPER.createObjectNode().put("schema", schema).toString();
    Service.Answer answer =
        new Service(stack.registryUrl()).post("/subjects/" + subject + "/versions", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().required("id").asInt();
  }

  private String subjectRef(String account) {
    return SubjectPseudonymizer.fromKeyFile(stack.folder().resolve("pseudonym.key"))
        .subjectRef(account);
  }

  private DeletionSubmitted submitted(String requestId, String account, Instant submittedAt) {
    return DeletionSubmitted.newBuilder()
        .setRequestId(requestId)
        .setSubjectRef(subjectRef(account))
        .setScope(DeletionScope.newBuilder().setKind(ScopeKind.ALL).build())
        .setRegime(Regime.GDPR)
        .setSubmittedAt(submittedAt)
        .build();
  }

  private byte[] serialized(DeletionSubmitted submitted) {
    try (AvroSerializer serializer = new AvroSerializer()) {
      serializer.configure(Map.of(AvroSerdeConfig.SCHEMA_REGISTRY_URL, stack.registryUrl()), false);
      return serializer.serialize(SUBMITTED, submitted);
    }
  }

  private static byte[] withSchemaId(byte[] frame, int schemaId) {
    return ByteBuffer.wrap(frame.clone()).putInt(1, schemaId).array();
  }

  /** The frame of a good record around a text that claims to be a terabyte long. */
  private static byte[] bomb(byte[] good) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(good, 0, 1 + Integer.BYTES);
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      encoder.writeLong(1L << 40);
      encoder.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static ProducerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    return new ProducerRecord<>(SUBMITTED, key, value);
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> settings =
        KafkaSettings.bytesProducer(stack.bootstrapServers(), "dead-letters-it");
    // So that it is the broker that refuses ten megabytes, as it does to any client.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * TEN_MEGABYTES);
    return new KafkaProducer<>(settings);
  }
}
