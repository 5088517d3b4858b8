package io.lethe.accumulator.topology;

import static io.lethe.accumulator.topology.Harness.START;
import static io.lethe.accumulator.topology.Harness.all;
import static io.lethe.accumulator.topology.Harness.day;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.accumulator.domain.ClosingRules;
import io.lethe.accumulator.domain.OwedWork;
import io.lethe.accumulator.domain.UnlearningTime;
import io.lethe.schemas.event.CloseTrigger;
import io.lethe.schemas.event.ForgetSetClosed;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Sets close early enough to be unlearned in time, and what is owed is told. */
class DeadlineTest {
  private static final Duration MARGIN = Duration.ofHours(1);

  /** Only a deadline closes a set. */
  private static final ClosingRules PATIENT =
      new ClosingRules(100, 10_000, 4_000_000, Duration.ofDays(365), MARGIN);

  /** Half a minute before anything is measured; doubled before a deadline. */
  private static final UnlearningTime TIME = new UnlearningTime(4, 1, Duration.ofSeconds(30), 2);

  private static final Duration LOOK = Duration.ofMillis(100);

  private final Watcher watcher = new Watcher();

  @Test
  void shouldCloseSoThatTheFloorFitsBeforeAnythingIsMeasured() {
    try (Harness harness = patient()) {
      request(harness, "r1", "anna", START.plus(Duration.ofHours(3)));
      closesAt(harness, Duration.ofHours(2).minusSeconds(60));
      assertThat(harness.closedSet().getTrigger()).isEqualTo(CloseTrigger.DEADLINE);
    }
  }

  @Test
  void shouldCloseSoThatTheMeasuredTimeFits() {
    try (Harness harness = patient()) {
      ForgetSetClosed first = closedSet(harness, "r1", "anna", START);
      harness.train(first, 600, true);
      request(harness, "r2", "ben", START.plus(Duration.ofHours(9)));
      closesAt(harness, Duration.ofHours(8).minusSeconds(2 * 600));
      assertThat(harness.closedSet().getTrigger()).isEqualTo(CloseTrigger.DEADLINE);
    }
  }

  @Test
  void shouldLeaveTimeForTheSetsThatAWorkerTakesBefore() {
    try (Harness harness = patient()) {
      harness.train(closedSet(harness, "r1", "anna", START), 600, true);
      closedSet(harness, "r2", "ben", START);
      closedSet(harness, "r3", "cleo", START);
      request(harness, "r4", "dora", START.plus(Duration.ofHours(9)));
      closesAt(harness, Duration.ofHours(8).minusSeconds(2 * 3 * 600));
    }
  }

  @Test
  void shouldRememberTheLastJobsOnly() {
    try (Harness harness = patient()) {
      harness.train(closedSet(harness, "slow", "anna", START), 6000, true);
      for (int job = 0; job < 4; job++) {
        harness.train(closedSet(harness, "r" + job, "subject" + job, START), 60, true);
      }
      request(harness, "last", "ben", START.plus(Duration.ofHours(9)));
      assertThat(watcher.after(harness).seconds()).isEqualTo(60);
    }
  }

  @Test
  void shouldMeasureARefusedCandidateAndOweItsSetStill() {
    try (Harness harness = patient()) {
      ForgetSetClosed set = closedSet(harness, "r1", "anna", START);
      harness.train(set, 90, false);
      assertThat(watcher.after(harness)).isEqualTo(new OwedWork(1, 90, START));
      harness.train(set, 50, true);
      assertThat(watcher.after(harness)).isEqualTo(OwedWork.NONE);
    }
  }

  @Test
  void shouldTakeAnExactCandidateForNoAnswerToASet() {
    try (Harness harness = patient()) {
      harness.train(closedSet(harness, "r1", "anna", START), 5000, true, true);
      assertThat(watcher.after(harness)).isEqualTo(new OwedWork(1, 30, START));
    }
  }

  @Test
  void shouldOweWhatIsClosedAndWhatIsOpen() {
    try (Harness harness = patient()) {
      assertThat(watcher.after(harness)).isEqualTo(OwedWork.NONE);
      harness.train(closedSet(harness, "r1", "anna", START), 600, true);
      closedSet(harness, "r2", "ben", START.plusSeconds(90));
      Instant due = START.plus(Duration.ofHours(9));
      request(harness, "r3", "cleo", due);
      assertThat(watcher.after(harness)).isEqualTo(new OwedWork(2, 1200, START.plusSeconds(90)));
    }
  }

  @Test
  void shouldOweASetWithoutSamplesNoTime() {
    try (Harness harness = patient()) {
      Instant due = START.plus(Duration.ofHours(9));
      harness.erase("r1", "nobody", all(), due);
      assertThat(watcher.after(harness)).isEqualTo(new OwedWork(1, 0, due));
    }
  }

  @Test
  void shouldCountNoMoreSetsThanTheLimit() {
    try (Harness harness = patient()) {
      for (int set = 0; set < Harness.OWED_SETS_MAX + 1; set++) {
        closedSet(harness, "r" + set, "subject" + set, START);
      }
      assertThat(watcher.after(harness).sets()).isEqualTo(Harness.OWED_SETS_MAX);
    }
  }

  @Test
  void shouldTellThatNothingIsOwedHereOnceTheModelHasMoved() {
    Harness harness = patient();
    request(harness, "r1", "anna", START.plus(Duration.ofHours(9)));
    assertThat(watcher.after(harness).sets()).isEqualTo(1);
    harness.close();
    assertThat(watcher.owed).isEqualTo(OwedWork.NONE);
  }

  @Test
  void shouldWaitForTheMovedDeadlineOfAnExtendedRequest() {
    try (Harness harness = patient()) {
      request(harness, "r1", "anna", START.plus(Duration.ofHours(3)));
      request(harness, "r2", "ben", START.plus(Duration.ofHours(9)));
      harness.extend("r1", "anna", START.plus(Duration.ofHours(12)));
      assertThat(watcher.after(harness).earliestDueAt()).isEqualTo(START.plus(Duration.ofHours(9)));
      closesAt(harness, Duration.ofHours(8).minusSeconds(60));
      ForgetSetClosed closed = harness.closedSet();
      assertThat(closed.getRequestIds()).containsExactly("r1", "r2");
      assertThat(closed.getEarliestDueAt()).isEqualTo(START.plus(Duration.ofHours(9)));
    }
  }

  @Test
  void shouldMoveTheDeadlineOfAClosedSetToo() {
    try (Harness harness = patient()) {
      closedSet(harness, "r1", "anna", START.plusSeconds(10));
      Instant moved = START.plus(Duration.ofDays(60));
      harness.extend("r1", "anna", moved);
      assertThat(watcher.after(harness)).isEqualTo(new OwedWork(1, 30, moved));
    }
  }

  @Test
  void shouldGiveLateDataTheMovedDeadline() {
    try (Harness harness = patient()) {
      Instant moved = START.plus(Duration.ofDays(60));
      request(harness, "r1", "anna", START.plus(Duration.ofHours(9)));
      harness.extend("r1", "anna", moved);
      harness.rate("anna", "late", 4.0, day(50));
      assertThat(watcher.after(harness).earliestDueAt()).isEqualTo(moved);
    }
  }

  @Test
  void shouldTellTheRatioByTheTimeThatIsLeft() {
    OwedWork work = new OwedWork(2, 1800, START.plus(Duration.ofHours(1)));
    assertThat(work.ratio(START)).isEqualTo(0.5);
    assertThat(work.secondsLeft(START)).isEqualTo(3600);
    assertThat(work.ratio(START.plus(Duration.ofMinutes(45)))).isEqualTo(2);
    // Past the deadline it stays at what is owed.
    assertThat(work.ratio(START.plus(Duration.ofHours(2)))).isEqualTo(1800);
    assertThat(work.secondsLeft(START.plus(Duration.ofHours(2)))).isEqualTo(-3600);
    assertThat(OwedWork.NONE.ratio(START)).isZero();
    assertThat(OwedWork.NONE.secondsLeft(START)).isNaN();
  }

  private Harness patient() {
    return new Harness(Harness.settings(PATIENT, TIME, watcher));
  }

  /** A set of three samples that its deadline closes at once. */
  private static ForgetSetClosed closedSet(
      Harness harness, String requestId, String subject, Instant dueAt) {
    request(harness, requestId, subject, dueAt);
    harness.advance(LOOK);
    return harness.closedSet();
  }

  /** A request for five daily items: three samples. */
  private static void request(Harness harness, String requestId, String subject, Instant dueAt) {
    harness.rateDaily(subject, 5);
    harness.erase(requestId, subject, all(), dueAt);
  }

  /** The open set closes at that time after the start of the test, and not a second before. */
  private static void closesAt(Harness harness, Duration sinceStart) {
    harness.advanceTo(START.plus(sinceStart).minusSeconds(1));
    assertThat(harness.closedSets()).isEmpty();
    harness.advanceTo(START.plus(sinceStart));
  }

  /** Remembers what was told last. */
  private static final class Watcher implements Observer {
    private OwedWork owed;

    @Override
    public void forgetSetClosed(ForgetSetClosed set) {}

    @Override
    public void owed(OwedWork work) {
      owed = work;
    }

    OwedWork after(Harness harness) {
      harness.advance(LOOK);
      return owed;
    }
  }
}
