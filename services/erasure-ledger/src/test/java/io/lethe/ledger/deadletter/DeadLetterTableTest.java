package io.lethe.ledger.deadletter;

import static io.lethe.ledger.deadletter.Letters.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.ledger.ManualClock;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.kafka.DeadLetter;
import io.lethe.schemas.kafka.RecordPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeadLetterTableTest {
  private static final Duration UNKNOWN_DEADLINE = Duration.ofDays(28);
  private static final String SUBMITTED = "deletion.submitted";

  private final ManualClock clock = new ManualClock(START.plus(Duration.ofDays(2)));
  private final Set<String> answered = new HashSet<>();
  private final DeadLetterTable table =
      new DeadLetterTable(3, UNKNOWN_DEADLINE, (topic, id) -> answered.contains(id), clock);

  @Test
  void shouldCountTheDeadlineFromTheReceiptWhereNoneCanBeRead() {
    put(SUBMITTED, 1, 6, null);
    assertThat(letters()).hasSize(1);
    assertThat(letters().get(0).deadline())
        .contains(START.plus(Duration.ofHours(6)).plus(UNKNOWN_DEADLINE));
    assertThat(table.overview().timeLeftMin())
        .contains(UNKNOWN_DEADLINE.minus(Duration.ofDays(2)).plus(Duration.ofHours(6)));
    assertThat(table.overview().oldestAge()).contains(Duration.ofHours(42));
    assertThat(table.overview().byTopic())
        .hasSize(13)
        .containsEntry("deletion.submitted.dlq", 1L)
        .containsEntry("catalog.item.dlq", 0L);
  }

  @Test
  void shouldTakeTheDeadlineThatTheRequestNamesAndTellWhenItHasPassed() {
    put("deletion.requested", 1, 0, START.plus(Duration.ofDays(1)));
    assertThat(table.overview().timeLeftMin()).contains(Duration.ofDays(-1));
  }

  @Test
  void shouldRunNoClockForARecordThatIsNoRequest() {
    put("catalog.item", 1, 0, null);
    assertThat(letters().get(0).deadline()).isEmpty();
    assertThat(table.overview().timeLeftMin()).isEmpty();
    assertThat(table.overview().open()).isEqualTo(1);
  }

  @Test
  void shouldTakeTwoLettersOfOneRecordForOne() {
    table.put(
        DeadLetter.of(Letters.letter(Letters.source(SUBMITTED, 7, 0, "x"), 1, null)), List.of());
    table.put(
        DeadLetter.of(Letters.letter(Letters.source(SUBMITTED, 7, 0, "x"), 2, null)), List.of());
    assertThat(letters())
        .extracting(TrackedLetter::id)
        .containsExactly("deletion.submitted.dlq-0@1");
  }

  @Test
  void shouldStopTheClockOnceItsRequestHasHadItsEffectAnotherWay() {
    put(SUBMITTED, 1, 0, null, "r1", "r2");
    answered.add("r1");
    assertThat(letters().get(0).state()).isEqualTo(LetterState.OPEN);
    answered.add("r2");
    clock.advance(Duration.ofSeconds(2));
    assertThat(letters().get(0).state()).isEqualTo(LetterState.ANSWERED);
    assertThat(table.overview().open()).isZero();
    assertThat(table.overview().oldestAge()).isEmpty();
  }

  @Test
  void shouldKnowWhatWasSentBackWhicheverBecomesKnownFirst() {
    table.redriven(redriven(1));
    put(SUBMITTED, 1, 0, null);
    put(SUBMITTED, 2, 0, null);
    table.redriven(redriven(2));
    assertThat(letters())
        .extracting(TrackedLetter::state)
        .containsExactly(LetterState.REDRIVEN, LetterState.REDRIVEN);
    assertThat(letters().get(0).redrive())
        .contains(new TrackedLetter.Redrive("redrive-1", START, "actor", "mended"));
    assertThat(table.overview().timeLeftMin()).isEmpty();
  }

  @Test
  void shouldLetSettledLettersMakeRoomAndThenSayThatSomeAreNotCounted() {
    put(SUBMITTED, 1, 0, null);
    put(SUBMITTED, 2, 0, null);
    put(SUBMITTED, 3, 0, null);
    table.redriven(redriven(2));
    put(SUBMITTED, 4, 0, null);
    assertThat(table.fault()).isEmpty();
    put(SUBMITTED, 5, 0, null);
    assertThat(letters())
        .extracting(letter -> letter.letter().position().offset())
        .containsExactly(1L, 3L, 4L);
    assertThat(table.overview().untracked()).isEqualTo(1);
    assertThat(table.fault())
        .contains(
            "There are 1 dead letters more than lethe.dead-letters.records-max (3), whose deadlines"
                + " are not counted; redrive what can be mended, or raise it and start again.");
  }

  @Test
  void shouldForgetALetterWhenItsTopicDoes() {
    put(SUBMITTED, 1, 0, null);
    clock.advance(Duration.ofDays(89));
    assertThat(letters()).isEmpty();
    assertThat(table.overview().open()).isZero();
  }

  @Test
  void shouldListByTopicReasonAgeAndStateInPages() {
    put("catalog.item", 9, 0, null);
    put(SUBMITTED, 1, 0, null);
    put(SUBMITTED, 2, 40, null);
    assertThat(ids(new LetterFilter(SUBMITTED, null, null, null, Set.of()), Duration.ZERO))
        .containsExactly("deletion.submitted.dlq-0@1", "deletion.submitted.dlq-0@2");
    assertThat(
            ids(new LetterFilter("catalog.item.dlq", "NOT avro", null, null, null), Duration.ZERO))
        .containsExactly("catalog.item.dlq-0@9");
    assertThat(
            ids(new LetterFilter(null, "serializationexception", null, null, null), Duration.ZERO))
        .hasSize(3);
    assertThat(ids(new LetterFilter(null, "nothing so", null, null, null), Duration.ZERO))
        .isEmpty();
    assertThat(ids(LetterFilter.ALL, Duration.ofHours(30)))
        .containsExactly("catalog.item.dlq-0@9", "deletion.submitted.dlq-0@1");
    Instant middle = START.plus(Duration.ofHours(40));
    assertThat(ids(new LetterFilter(null, null, middle, null, null), Duration.ZERO))
        .containsExactly("deletion.submitted.dlq-0@2");
    assertThat(ids(new LetterFilter(SUBMITTED, null, null, middle, null), Duration.ZERO))
        .containsExactly("deletion.submitted.dlq-0@1");
    assertThat(ids(new LetterFilter(SUBMITTED, null, null, null, Set.of(2L)), Duration.ZERO))
        .containsExactly("deletion.submitted.dlq-0@2");
    DeadLetterTable.Page first = table.list(LetterFilter.ALL, null, Duration.ZERO, null, 2);
    assertThat(first.next()).contains("deletion.submitted.dlq-0@1");
    DeadLetterTable.Page second =
        table.list(
            LetterFilter.ALL, null, Duration.ZERO, RecordPosition.parse(first.next().get()), 2);
    assertThat(second.letters())
        .extracting(TrackedLetter::id)
        .containsExactly("deletion.submitted.dlq-0@2");
    assertThat(second.next()).isEmpty();
  }

  @Test
  void shouldRefuseToHoldNothing() {
    assertThatThrownBy(() -> new DeadLetterTable(0, UNKNOWN_DEADLINE, (topic, id) -> false, clock))
        .hasMessageContaining("lethe.dead-letters.records-max");
  }

  private void put(String topic, long offset, int hours, Instant dueAt, String... requestIds) {
    table.put(
        DeadLetter.of(Letters.letter(Letters.source(topic, offset, hours, "x"), offset, dueAt)),
        List.of(requestIds));
  }

  private List<TrackedLetter> letters() {
    return table.list(LetterFilter.ALL, null, Duration.ZERO, null, 100).letters();
  }

  private List<String> ids(LetterFilter filter, Duration olderThan) {
    return table.list(filter, null, olderThan, null, 100).letters().stream()
        .map(TrackedLetter::id)
        .toList();
  }

  private static DeadLetterRedriven redriven(long offset) {
    return DeadLetterRedriven.newBuilder()
        .setRedriveId("redrive-1")
        .setDeadLetterTopic("deletion.submitted.dlq")
        .setDeadLetterPartition(0)
        .setDeadLetterOffset(offset)
        .setSourceTopic(SUBMITTED)
        .setSourcePartition(0)
        .setSourceOffset(offset)
        .setAttempts(1)
        .setRedrives(1)
        .setActorRef("actor")
        .setWhy("mended")
        .setRedrivenAt(START)
        .build();
  }
}
