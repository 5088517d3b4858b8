package io.lethe.ledger.deadletter;

import static io.lethe.ledger.deadletter.Letters.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.ledger.ManualClock;
import io.lethe.ledger.deadletter.RedriveReport.Action;
import io.lethe.ledger.deadletter.RedriveReport.Line;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.DeadLetter;
import io.lethe.schemas.kafka.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class RedriveOfficeTest {
  private static final String SUBMITTED = "deletion.submitted";
  private static final int REDRIVES_MAX = 2;

  private final ManualClock clock = new ManualClock(START.plus(Duration.ofDays(2)));
  private final Set<String> answered = new HashSet<>();
  private final DeadLetterTable table =
      new DeadLetterTable(1000, Duration.ofDays(28), (topic, id) -> answered.contains(id), clock);
  private final Map<RecordPosition, ConsumerRecord<byte[], byte[]>> topics = new HashMap<>();
  private final Set<RecordPosition> superseded = new HashSet<>();
  private final List<RedriveTransport.Sending> sent = new ArrayList<>();
  private final RedriveOffice office = office();
  private boolean brokerRefuses;
  private boolean registryIsAway;

  @Test
  void shouldOnlyTellWhatItWouldDoUnlessToldToDoIt() {
    put(SUBMITTED, 1, "x");
    RedriveReport report = redrive(LetterFilter.ALL, true);
    assertThat(report.redriveId()).isNull();
    assertThat(report.dryRun()).isTrue();
    assertThat(report.redriven()).isEqualTo(1);
    assertThat(report.letters())
        .containsExactly(
            new Line(
                "deletion.submitted.dlq-0@1",
                "deletion.submitted-0@1",
                SUBMITTED,
                1,
                0,
                "org.apache.kafka.common.errors.SerializationException",
                "A value is not Avro.",
                Action.REDRIVE,
                null));
    assertThat(sent).isEmpty();
    assertThat(table.overview().open()).isEqualTo(1);
  }

  @Test
  void shouldSendTheBytesBackWithAnEventThatTellsWhoAndWhy() {
    put(SUBMITTED, 1, "x");
    RedriveReport report = redrive(LetterFilter.ALL, false);
    assertThat(report.redriveId()).isEqualTo("redrive-1");
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).record().topic()).isEqualTo(SUBMITTED);
    assertThat(sent.get(0).record().key()).isEqualTo(Letters.bytes("key-1"));
    assertThat(sent.get(0).record().value()).isEqualTo(Letters.bytes("x"));
    assertThat(CloudEvents.text(sent.get(0).record().headers(), "lethe-attempts")).isEqualTo("2");
    assertThat(CloudEvents.text(sent.get(0).record().headers(), "lethe-redrive-id"))
        .isEqualTo("redrive-1");
    assertThat(sent.get(0).event())
        .isEqualTo(
            DeadLetterRedriven.newBuilder()
                .setRedriveId("redrive-1")
                .setDeadLetterTopic("deletion.submitted.dlq")
                .setDeadLetterPartition(0)
                .setDeadLetterOffset(1)
                .setSourceTopic(SUBMITTED)
                .setSourcePartition(0)
                .setSourceOffset(1)
                .setErrorClass("org.apache.kafka.common.errors.SerializationException")
                .setAttempts(1)
                .setRedrives(1)
                .setActorRef("actor")
                .setWhy("mended")
                .setRedrivenAt(clock.instant())
                .build());
    assertThat(table.overview().open()).isZero();
  }

  @Test
  void shouldSendNothingTwice() {
    put(SUBMITTED, 1, "x");
    redrive(LetterFilter.ALL, false);
    assertThat(redrive(LetterFilter.ALL, false).letters()).isEmpty();
    RedriveReport named = redrive(new LetterFilter(SUBMITTED, null, null, null, Set.of(1L)), false);
    assertThat(named.skipped()).isEqualTo(1);
    assertThat(named.letters().get(0).because())
        .isEqualTo("redrive redrive-1 sent it back at 2026-01-03T00:00:00Z");
    assertThat(sent).hasSize(1);
  }

  @Test
  void shouldSendNothingTwiceAfterARestartEither() {
    put(SUBMITTED, 1, "x");
    redrive(LetterFilter.ALL, false);
    DeadLetterTable restarted =
        new DeadLetterTable(1000, Duration.ofDays(28), (topic, id) -> answered.contains(id), clock);
    sent.forEach(sending -> restarted.redriven(sending.event()));
    topics.values().stream()
        .filter(record -> record.topic().endsWith(".dlq"))
        .forEach(record -> restarted.put(DeadLetter.of(record), List.of()));
    assertThat(restarted.list(LetterFilter.ALL, LetterState.OPEN, Duration.ZERO, null, 9).letters())
        .isEmpty();
  }

  @Test
  void shouldSkipWhatHasSinceBeenDone() {
    put(SUBMITTED, 1, "request r1");
    answered.add("r1");
    RedriveReport report = redrive(LetterFilter.ALL, false);
    assertThat(report.letters())
        .extracting(Line::action, Line::because)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                Action.SKIP, "what it asks for has since been done"));
    assertThat(sent).isEmpty();
  }

  @Test
  void shouldNotGuessWhileTheRegistryIsAway() {
    put(SUBMITTED, 1, "request r1");
    registryIsAway = true;
    RedriveReport report = redrive(LetterFilter.ALL, false);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.letters().get(0).because()).contains("registry", "try again");
    assertThat(sent).isEmpty();
    registryIsAway = false;
    assertThat(redrive(LetterFilter.ALL, false).redriven()).isEqualTo(1);
  }

  @Test
  void shouldNeverUndoALaterRecordOfTheSameKey() {
    put("interaction.recorded", 1, "x");
    superseded.add(new RecordPosition("interaction.recorded", 0, 1));
    RedriveReport report = redrive(LetterFilter.ALL, false);
    assertThat(report.letters().get(0).because())
        .isEqualTo("a later record of the same key has taken its place");
    assertThat(sent).isEmpty();
  }

  @Test
  void shouldRefuseTheStateThatAServicePublishes() {
    put("adapter.version", 1, "x");
    RedriveReport report = redrive(LetterFilter.ALL, false);
    assertThat(report.refused()).isEqualTo(1);
    assertThat(report.letters().get(0).because()).contains("restart that service");
  }

  @Test
  void shouldRefuseBeyondTheMostRedrivesAndNameTheRemedy() {
    put(SUBMITTED, 1, "x");
    for (int round = 1; round <= REDRIVES_MAX; round++) {
      assertThat(redrive(LetterFilter.ALL, false).redriven()).isEqualTo(1);
      failAgain(10 + round);
    }
    RedriveReport report = redrive(LetterFilter.ALL, false);
    assertThat(report.refused()).isEqualTo(1);
    Line line = report.letters().get(0);
    assertThat(line.attempts()).isEqualTo(3);
    assertThat(line.redrives()).isEqualTo(2);
    assertThat(line.because())
        .isEqualTo(
            "it was sent back 2 times, the most that lethe.dead-letters.redrives-max allows; mend"
                + " what its reason names and raise that, or ask the producer to send the record"
                + " anew");
    assertThat(sent).hasSize(2);
  }

  @Test
  void shouldSayWhichLettersABrokerDidNotTakeAndSendThemTheNextTime() {
    put(SUBMITTED, 1, "x");
    brokerRefuses = true;
    RedriveReport report = redrive(LetterFilter.ALL, false);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.redriven()).isZero();
    assertThat(report.letters().get(0).because())
        .contains("TopicAuthorizationException", "nothing of its batch was sent");
    brokerRefuses = false;
    assertThat(redrive(LetterFilter.ALL, false).redriven()).isEqualTo(1);
  }

  @Test
  void shouldSendManyInBatchesUpToTheLimitAndSayThatThereAreMore() {
    for (int offset = 0; offset < 120; offset++) {
      put(SUBMITTED, offset, "x");
    }
    RedriveReport report =
        office.redrive(new RedriveOrder(LetterFilter.ALL, 110, false, "actor", "mended"));
    assertThat(report.redriven()).isEqualTo(110);
    assertThat(report.more()).isTrue();
    assertThat(sent).hasSize(110);
    assertThat(table.overview().open()).isEqualTo(10);
  }

  @Test
  void shouldFetchARecordTooLargeForItsLetterFromItsSource() {
    byte[] huge = new byte[10_000_000];
    ConsumerRecord<byte[], byte[]> source =
        Letters.at(
            SUBMITTED,
            1,
            START,
            Letters.bytes("key"),
            huge,
            new org.apache.kafka.common.header.internals.RecordHeaders());
    put(source, 1);
    assertThat(redrive(LetterFilter.ALL, true).letters().get(0).because())
        .isEqualTo(
            "the source topic no longer holds its bytes; ask the producer to send the record anew");
    topics.put(RecordPosition.of(source), source);
    assertThat(redrive(LetterFilter.ALL, false).redriven()).isEqualTo(1);
    assertThat(sent.get(0).record().value()).isSameAs(huge);
  }

  private void failAgain(long offset) {
    RedriveTransport.Sending last = sent.get(sent.size() - 1);
    ConsumerRecord<byte[], byte[]> again =
        Letters.at(
            SUBMITTED,
            offset,
            START,
            last.record().key(),
            last.record().value(),
            last.record().headers());
    put(again, offset);
  }

  private void put(String topic, long offset, String value) {
    put(Letters.source(topic, offset, 0, value), offset);
  }

  private void put(ConsumerRecord<byte[], byte[]> source, long offset) {
    ConsumerRecord<byte[], byte[]> letter = Letters.letter(source, offset, null);
    topics.put(RecordPosition.of(letter), letter);
    table.put(DeadLetter.of(letter), List.of());
  }

  private RedriveReport redrive(LetterFilter filter, boolean dryRun) {
    return office.redrive(new RedriveOrder(filter, 100, dryRun, "actor", "mended"));
  }

  private RedriveOffice office() {
    Deserializer<SpecificRecord> values =
        (topic, bytes) -> {
          if (registryIsAway) {
            throw new TimeoutException("The schema registry cannot be reached.");
          }
          String text = new String(bytes, StandardCharsets.UTF_8);
          if (!text.startsWith("request ")) {
            throw new SerializationException("not Avro");
          }
          return DeletionSubmitted.newBuilder()
              .setRequestId(text.substring("request ".length()))
              .setSubjectRef("subject")
              .setScope(DeletionScope.newBuilder().setKind(ScopeKind.ALL).build())
              .setRegime(Regime.GDPR)
              .build();
        };
    LetterSource source =
        new LetterSource() {
          @Override
          public Optional<ConsumerRecord<byte[], byte[]>> read(RecordPosition position) {
            return Optional.ofNullable(topics.get(position));
          }

          @Override
          public boolean isSuperseded(DeadLetter letter, byte[] key) {
            return superseded.contains(letter.source());
          }

          @Override
          public void close() {}
        };
    return new RedriveOffice(
        table,
        new CarriedRequests(values, clock),
        (topic, id) -> answered.contains(id),
        () -> source,
        sendings -> {
          if (brokerRefuses) {
            throw new TopicAuthorizationException("no");
          }
          sent.addAll(sendings);
        },
        REDRIVES_MAX,
        () -> "redrive-1",
        clock);
  }
}
