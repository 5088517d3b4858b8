package io.lethe.ledger.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.ledger.ManualClock;
import io.lethe.ledger.callback.CallbackLifecycle.State;
import io.lethe.ledger.callback.CallbackOffice.Announcement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallbackOfficeTest {
  private static final Set<CallbackLifecycle.Transition> VISITED = new HashSet<>();
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock();
  private final CallbackLifecycle lifecycle = new CallbackLifecycle();
  private CallbackOffice.Limits limits =
      new CallbackOffice.Limits(10, 10, 2, 3, Duration.ofSeconds(10), Duration.ofSeconds(15));

  @AfterAll
  static void everyTransitionIsDriven() {
    assertThat(VISITED).containsExactlyInAnyOrderElementsOf(CallbackLifecycle.TRANSITIONS);
  }

  @Test
  void shouldKeepACallbackUntilItIsTakenEvenOverARestart() {
    CallbackOffice office = office();
    office.announce(List.of(new Announcement("receipt-1", "request-1", "shop")));
    office.announce(List.of(new Announcement("receipt-1", "request-1", "shop")));
    assertThat(office().count(State.PENDING)).isEqualTo(1);
    CallbackOffice restarted = office();
    Callback due = restarted.take().get(0);
    assertThat(due.messageId()).isEqualTo("msg_receipt-1");
    assertThat(restarted.take()).as("it is in flight").isEmpty();
    restarted.taken(due);
    assertThat(restarted.count(State.PENDING)).isZero();
    assertThat(office().all(10)).isEmpty();
    remember();
  }

  @Test
  void shouldAnnounceNothingToProducersThatWantNone() {
    CallbackOffice office = office();
    office.announce(List.of(new Announcement("receipt-1", "request-1", "another")));
    office.announce(List.of(new Announcement("receipt-2", "request-2", null)));
    assertThat(office.all(10)).isEmpty();
  }

  @Test
  void shouldTryAgainAfterGrowingPausesAndGiveUpInTheEnd() {
    CallbackOffice office = office();
    office.announce(List.of(new Announcement("receipt-1", "request-1", "shop")));
    office.failed(office.take().get(0), "answer 500", false);
    assertThat(office.take()).isEmpty();
    Callback waiting = office.all(1).get(0);
    assertThat(Duration.between(clock.instant(), waiting.nextAt()))
        .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10));
    clock.advance(Duration.ofSeconds(10));
    office.failed(office.take().get(0), "answer 500", false);
    assertThat(Duration.between(clock.instant(), office.all(1).get(0).nextAt()))
        .isBetween(Duration.ofSeconds(12), Duration.ofSeconds(15));
    clock.advance(MINUTE);
    office.failed(office.take().get(0), "answer 503", false);
    assertThat(office.count(State.DEAD)).isEqualTo(1);
    clock.advance(MINUTE);
    assertThat(office.take()).isEmpty();

    CallbackOffice restarted = office();
    assertThat(restarted.of("request-1"))
        .singleElement()
        .satisfies(
            dead -> {
              assertThat(dead.attempts()).isEqualTo(3);
              assertThat(dead.lastError()).isEqualTo("answer 503");
            });
    assertThat(restarted.retry("receipt-1")).isPresent();
    assertThat(restarted.retry("receipt-1")).isEmpty();
    assertThat(restarted.take()).hasSize(1);
    remember();
  }

  @Test
  void shouldGiveUpAtOnceWhenTheProducerWantsNoneAnyMore() {
    CallbackOffice office = office();
    office.announce(List.of(new Announcement("receipt-1", "request-1", "shop")));
    office.failed(office.take().get(0), "answer 410", true);
    assertThat(office.count(State.DEAD)).isEqualTo(1);
    remember();
  }

  @Test
  void shouldHoldNoMoreThanItMayAndShowTheRest() throws Exception {
    limits = new CallbackOffice.Limits(2, 2, 2, 3, MINUTE, MINUTE);
    CallbackOffice office = office();
    for (int i = 1; i <= 5; i++) {
      office.announce(List.of(new Announcement("receipt-" + i, "request-" + i, "shop")));
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(office.count(State.PENDING)).isEqualTo(2);
    assertThat(office.count(State.DEAD)).isEqualTo(2);
    assertThat(office.all(10))
        .extracting(Callback::receiptId)
        .containsExactly("receipt-1", "receipt-2", "receipt-4", "receipt-5");
    assertThat(office.all(10).get(3).lastError())
        .isEqualTo("more than lethe.callbacks.pending-max (2) wait");
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(4);
    }
    remember();
  }

  @Test
  void shouldHoldNoMoreThanItMayOfWhatIsAnnouncedTogether() {
    limits = new CallbackOffice.Limits(2, 2, 2, 3, MINUTE, MINUTE);
    CallbackOffice office = office();
    office.announce(
        Stream.of("1", "2", "3")
            .map(one -> new Announcement("receipt-" + one, "request-" + one, "shop"))
            .toList());
    assertThat(office().take())
        .extracting(Callback::receiptId)
        .containsExactly("receipt-1", "receipt-2");
    assertThat(office.all(10))
        .extracting(Callback::state)
        .containsExactly(State.PENDING, State.PENDING, State.DEAD);
    remember();
  }

  @Test
  void shouldSendEachProducerNoMoreAtOnceThanItMay() {
    CallbackOffice office = office();
    for (int i = 1; i <= 5; i++) {
      office.announce(
          List.of(new Announcement("receipt-" + i, "request-" + i, i < 5 ? "shop" : "mall")));
      clock.advance(Duration.ofMillis(1));
    }
    List<Callback> first = office.take();
    assertThat(first)
        .extracting(Callback::receiptId)
        .containsExactly("receipt-1", "receipt-2", "receipt-5");
    office.taken(first.get(0));
    assertThat(office.take()).extracting(Callback::receiptId).containsExactly("receipt-3");
  }

  private CallbackOffice office() {
    return new CallbackOffice(
        directory, Set.of("shop", "mall"), limits, clock, new Random(1), lifecycle);
  }

  private void remember() {
    VISITED.addAll(lifecycle.visited());
  }
}
