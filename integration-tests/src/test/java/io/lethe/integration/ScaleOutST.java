package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several instances share the partitions, and a lost one's work goes on elsewhere. */
class ScaleOutST {
  private static final int REQUESTS = 2_000;
  private static final int INTERACTIONS = 5;

  /** Samples of so many interactions: each target needs three before it. */
  private static final int SAMPLES = 2;

  private static final int DUPLICATE_EVERY = 10;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Instant FIRST = Instant.parse("2024-01-01T00:00:00Z");
  private static final List<String> ACCUMULATORS =
      List.of("forget-set-accumulator", "forget-set-accumulator-2");

  private final SubjectPseudonymizer pseudonymizer = new SubjectPseudonymizer(new byte[32]);
  private final List<String> requestIds =
      IntStream.range(0, REQUESTS).mapToObj(one -> UUID.randomUUID().toString()).toList();
  private Path folder;
  private Process process;

  @BeforeEach
  void start() throws IOException {
    Path target = Path.of("target").toAbsolutePath();
    folder = Files.createTempDirectory(target, "scale-out-");
    Path recommender = Files.createDirectory(folder.resolve("recommender"));
    // No recommender is served here; the accumulators need the rule by which one was tuned.
    Files.writeString(
        recommender.resolve("sample-rule.json"),
        """
        {"historyMax": 10, "historyMin": 3, "likedAbove": 6, "trainUntil": "2025-01-01T00:00:00Z"}
        """);
    Path log = target.resolve("lethe-" + folder.getFileName() + ".log");
    process =
        LetheCommand.start(
            log,
            "start-dev",
            "--data-dir",
            folder.toString(),
            "--recommender",
            recommender.toString(),
            "--only",
            "deletion-intake,forget-set-accumulator",
            "--instances",
            "deletion-intake=2",
            "--instances",
            "forget-set-accumulator=2",
            "--output",
            "json");
    LetheCommand.firstLine(process, log);
  }

  @AfterEach
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  @Test
  void shouldCloseEveryRequestOnceWhileEachAccumulatorInTurnIsKilled() {
    try (Producer<String, SpecificRecord> producer =
        new KafkaProducer<>(
            KafkaSettings.producer(address("bootstrapServers"), registry(), "scale-out"))) {
      IntStream.range(0, REQUESTS).forEach(subject -> sendHistory(producer, subject));
      producer.flush();
      int part = REQUESTS / (ACCUMULATORS.size() + 1);
      int sent = 0;
      for (String accumulator : ACCUMULATORS) {
        int until = sent + part;
        IntStream.range(sent, until).forEach(request -> submit(producer, request));
        producer.flush();
        sent = until;
        int closedBefore = closedRequests().size();
        await("a forget set of what was sent, and more to come")
            .atMost(TIMEOUT)
            .until(() -> closedRequests().size() > closedBefore);
        kill(accumulator);
      }
      IntStream.range(sent, REQUESTS).forEach(request -> submit(producer, request));
      producer.flush();
    }

    await("every request in a closed forget set")
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> closedRequests().size() >= REQUESTS);

    assertThat(accepted()).containsExactlyInAnyOrderElementsOf(requestIds);
    assertThat(closedRequests()).containsExactlyInAnyOrderElementsOf(requestIds);
    List<ForgetSetClosed> sets = sets();
    assertThat(sets)
        .extracting(ForgetSetClosed::getSequence)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, sets.size()).mapToObj(Long::valueOf).toList());
    assertThat(sets.stream().flatMap(set -> set.getSamples().stream()).map(Sample::getSampleId))
        .hasSize(SAMPLES * REQUESTS)
        .doesNotHaveDuplicates();
    awaitBothAccumulatorsReady();
  }

  private void sendHistory(Producer<String, SpecificRecord> producer, int subject) {
    String subjectRef = subjectRef(subject);
    for (int number = 0; number < INTERACTIONS; number++) {
      String itemId = "item-" + number;
      producer.send(
          new ProducerRecord<>(
              Topics.INTERACTION_RECORDED.name(),
              InteractionKey.of(subjectRef, itemId),
              new InteractionRecorded(
                  subjectRef, itemId, 7.0, FIRST.plus(Duration.ofHours(number)))));
    }
  }

  private void submit(Producer<String, SpecificRecord> producer, int request) {
    String subjectRef = subjectRef(request);
    DeletionSubmitted submitted =
        DeletionSubmitted.newBuilder()
            .setRequestId(requestIds.get(request))
            .setSubjectRef(subjectRef)
            .setScope(
                DeletionScope.newBuilder().setKind(ScopeKind.ALL).setItemIds(List.of()).build())
            .setRegime(Regime.GDPR)
            .build();
    int times = request % DUPLICATE_EVERY == 0 ? 2 : 1;
    for (int time = 0; time < times; time++) {
      producer.send(new ProducerRecord<>(Topics.DELETION_SUBMITTED.name(), subjectRef, submitted));
    }
  }

  private String subjectRef(int subject) {
    return pseudonymizer.subjectRef("scaled-" + subject);
  }

  /**
   * The requests accepted. Two intakes may each publish one that came twice, if its partition
   * changed hands in between; the effect must be one all the same.
   */
  private Set<String> accepted() {
    return this.<DeletionRequested>values(Topics.DELETION_REQUESTED.name()).stream()
        .map(DeletionRequested::getRequestId)
        .collect(Collectors.toSet());
  }

  private List<String> closedRequests() {
    return sets().stream().flatMap(set -> set.getRequestIds().stream()).toList();
  }

  private List<ForgetSetClosed> sets() {
    return values(Topics.FORGET_SET_CLOSED.name());
  }

  private <T extends SpecificRecord> List<T> values(String topic) {
    return TopicReader.<T>all(address("bootstrapServers"), registry(), topic).stream()
        .map(TopicReader.Read::value)
        .toList();
  }

  private void kill(String name) {
    long pid = service(name).required("pid").asLong();
    assertThat(pid).as("process id of " + name).isPositive();
    ProcessHandle handle = ProcessHandle.of(pid).orElseThrow();
    assertThat(handle.destroyForcibly()).isTrue();
    handle.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private void awaitBothAccumulatorsReady() {
    for (String accumulator : ACCUMULATORS) {
      await(accumulator + " back in the group")
          .atMost(TIMEOUT)
          .until(
              () ->
                  new Service(service(accumulator).required("url").asText())
                      .tryGet("/q/health/ready")
                      .filter(answer -> answer.status() == 200)
                      .isPresent());
    }
  }

  private String registry() {
    return address("schemaRegistryUrl");
  }

  private String address(String name) {
    return state().required(name).asText();
  }

  private JsonNode service(String name) {
    return StreamSupport.stream(state().required("services").spliterator(), false)
        .filter(one -> one.required("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode state() {
    try {
      return LetheCommand.MAPPER.readTree(Files.readString(folder.resolve("state.json")));
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
