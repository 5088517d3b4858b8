package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

/** Bad input gets one clear error with its remedy, is kept, and stops nothing else. */
class BadInputIT {
  private static final String PATH = "/v1/deletion-requests";
  private final DevelopmentStack stack = DevelopmentStack.get();
  private final Service intake = stack.service("deletion-intake");

  @Test
  void shouldRefuseMalformedJson() {
    assertProblem(intake.post(PATH, "{\"requestId\": "), 400);
  }

  @Test
  void shouldRefuseAnUnknownRegime() {
    String body = Requests.body(UUID.randomUUID().toString(), "a").replace("GDPR", "NOWHERE");
    assertThat(assertProblem(intake.post(PATH, body), 400).required("field").asText())
        .isEqualTo("regime");
  }

  @Test
  void shouldRefuseADueDateThatHasPassed() {
    String body =
        Requests.body(UUID.randomUUID().toString(), "a")
            .replace("\"regime\"", "\"dueAt\": \"2001-01-01T00:00:00Z\", \"regime\"");
    assertThat(assertProblem(intake.post(PATH, body), 400).required("field").asText())
        .isEqualTo("dueAt");
  }

  @Test
  void shouldRefuseASecondBodyUnderTheSameKey() {
    String key = UUID.randomUUID().toString();
    String first = Requests.body(UUID.randomUUID().toString(), "nobody-at-all");
    assertThat(intake.post(PATH, first, "Idempotency-Key", key).status()).isEqualTo(202);
    assertThat(intake.post(PATH, first, "Idempotency-Key", key).status()).isEqualTo(202);
    String other = Requests.body(UUID.randomUUID().toString(), "somebody-else");
    assertProblem(intake.post(PATH, other, "Idempotency-Key", key), 422);
  }

  @Test
  void shouldRefuseABodyOfTenMegabytes() {
    String huge = "{\"requestId\": \"" + "x".repeat(10_000_000) + "\"}";
    assertThat(intake.post(PATH, huge).status()).isEqualTo(413);
  }

  @Test
  void shouldKeepRecordsThatAreNoRequestsAndGoOn() {
    byte[] notAvro = "not avro".getBytes(StandardCharsets.UTF_8);
    byte[] unknownSchema = {0, 0x7f, 0x7f, 0x7f, 0x7f, 1, 2, 3};
    List<RecordMetadata> sent =
        List.of(
            send(Topics.DELETION_SUBMITTED.name(), "someone", notAvro),
            send(Topics.DELETION_SUBMITTED.name(), "someone", unknownSchema),
            send(Topics.DELETION_SUBMITTED.name(), null, notAvro));
    for (RecordMetadata one : sent) {
      awaitDeadLetters(one, 1);
    }
    Requests.awaitCompleted(stack, Requests.eraseAll(stack, "nobody-after-poison"));
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F8,
      level = FaultLevel.PROCESS,
      does = "Writes records that are no Avro to every topic that a service works off.",
      load = "one record a topic",
      oracle = "Each is in its dead-letter topic with its source position; the flow goes on.")
  void shouldKeepPoisonOnEveryTopicThatIsWork() {
    byte[] notAvro = "poison".getBytes(StandardCharsets.UTF_8);
    List<RecordMetadata> sent =
        List.of(
            send(Topics.DELETION_REQUESTED.name(), "someone", notAvro),
            send(Topics.INTERACTION_RECORDED.name(), "someone/thing", notAvro),
            send(Topics.FORGET_SET_CLOSED.name(), "recommender", notAvro),
            send(Topics.ADAPTER_TRAINED.name(), "recommender", notAvro));
    for (RecordMetadata one : sent) {
      // Catalog and accumulator both read adapter.trained, and each keeps what it cannot read.
      awaitDeadLetters(one, one.topic().equals(Topics.ADAPTER_TRAINED.name()) ? 2 : 1);
    }
    String requestId = Requests.eraseAll(stack, DevelopmentStack.takeSubject());
    JsonNode done = Requests.awaitCompleted(stack, requestId);
    assertThat(done.required("samples").asInt()).isPositive();
  }

  private void awaitDeadLetters(RecordMetadata source, long expected) {
    await("dead letter of " + source)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                TopicReader.bytes(stack, source.topic() + ".dlq").stream()
                    .filter(letter -> isFrom(letter, source))
                    .count(),
            count -> count == expected);
  }

  private static boolean isFrom(ConsumerRecord<byte[], byte[]> letter, RecordMetadata source) {
    return header(letter, "lethe-source-topic").equals(source.topic())
        && header(letter, "lethe-source-partition").equals(String.valueOf(source.partition()))
        && header(letter, "lethe-source-offset").equals(String.valueOf(source.offset()));
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private RecordMetadata send(String topic, String key, byte[] value) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(KafkaSettings.bytesProducer(stack.bootstrapServers(), "bad-input"))) {
      return producer.send(new ProducerRecord<>(topic, keyBytes, value)).get();
    } catch (ExecutionException refused) {
      throw new IllegalStateException(refused.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static JsonNode assertProblem(Service.Answer answer, int status) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().required("detail").asText()).isNotBlank();
    return answer.json();
  }
}
