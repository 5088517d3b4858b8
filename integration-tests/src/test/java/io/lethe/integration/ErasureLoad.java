package io.lethe.integration;

import static org.awaitility.Awaitility.await;

import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Requests of made-up subjects, the same for the same seed. */
final class ErasureLoad {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int ACCEPTED = 202;
  private static final double RATING = 7.0;
  private static final Instant FIRST = Instant.parse("2024-01-01T00:00:00Z");

  private final SubjectPseudonymizer pseudonymizer = new SubjectPseudonymizer(new byte[32]);
  private final List<String> requestIds;
  private final long seed;

  ErasureLoad(long seed, int requests) {
    this.seed = seed;
    Random random = new Random(seed);
    requestIds =
        IntStream.range(0, requests)
            .mapToObj(one -> new UUID(random.nextLong(), random.nextLong()).toString())
            .toList();
  }

  List<String> requestIds() {
    return requestIds;
  }

  String requestId(int index) {
    return requestIds.get(index);
  }

  /** The pseudonym of the request's subject, who has no other request. */
  String subjectRef(int index) {
    return pseudonymizer.subjectRef("subject-" + seed + "-" + index);
  }

  /** Sends so many interactions of the request's subject, so many times each. */
  void history(Producer<String, SpecificRecord> producer, int index, int interactions, int times) {
    String subjectRef = subjectRef(index);
    for (int time = 0; time < times; time++) {
      for (int number = 0; number < interactions; number++) {
        String itemId = "item-" + number;
        producer.send(
            new ProducerRecord<>(
                Topics.INTERACTION_RECORDED.name(),
                InteractionKey.of(subjectRef, itemId),
                new InteractionRecorded(
                    subjectRef, itemId, RATING, FIRST.plus(Duration.ofHours(number)))));
      }
    }
  }

  /** Sends a request through Kafka, so many times. */
  void submit(Producer<String, SpecificRecord> producer, int index, int times) {
    String subjectRef = subjectRef(index);
    for (int time = 0; time < times; time++) {
      producer.send(
          new ProducerRecord<>(
              Topics.DELETION_SUBMITTED.name(),
              subjectRef,
              DeletionSubmitted.newBuilder()
                  .setRequestId(requestIds.get(index))
                  .setSubjectRef(subjectRef)
                  .setScope(
                      DeletionScope.newBuilder()
                          .setKind(ScopeKind.ALL)
                          .setItemIds(List.of())
                          .build())
                  .setRegime(Regime.GDPR)
                  .build()));
    }
  }

  /**
   * Sends a request over HTTP until it is accepted, as a caller does that was told to try again.
   */
  void submit(Service intake, int index, String account) {
    String body = Requests.body(requestIds.get(index), account);
    await("request " + index + " accepted over HTTP")
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> intake.tryPost("/v1/deletion-requests", body).map(Service.Answer::status),
            status -> status.filter(code -> code == ACCEPTED).isPresent());
  }
}
