package io.lethe.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.Prompt;
import io.lethe.serving.ManualAlarm;
import io.lethe.serving.ManualClock;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.AdapterSwapper;
import io.lethe.serving.model.FakeScoringEngine;
import io.lethe.serving.model.Leases;
import io.lethe.serving.model.NotServingException;
import io.lethe.serving.model.PinRefusedException;
import io.lethe.serving.model.Refusal;
import io.lethe.serving.model.SwapObserver;
import io.lethe.serving.model.Versions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScoringPoolTest {
  private final ManualClock clock = new ManualClock();
  private final ManualAlarm alarm = new ManualAlarm(clock);
  private final FakeScoringEngine engine = new FakeScoringEngine();
  private final AdapterSlot slot = new AdapterSlot(engine, 1);
  private final SlotLifecycle lifecycle = new SlotLifecycle();
  private final AdapterSwapper swapper =
      new AdapterSwapper(
          engine,
          slot,
          lifecycle,
          alarm,
          new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1)),
          clock,
          new SwapObserver() {
            @Override
            public void switched(AdapterSlot.Serving serving, Duration took) {}

            @Override
            public void refused(Refusal refusal) {
              throw new AssertionError(refusal);
            }
          });
  private final List<Integer> promptsACall = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private ScoringPool pool;

  /** What a request was answered, and by which version. */
  private record Answer(List<Float> scores, long version) {}

  /** Asks about some titles. */
  private record Asking(
      List<String> titles, OptionalLong pinnedVersion, Function<Integer, Boolean> stands)
      implements ScoringWork<Answer> {
    Asking(String... titles) {
      this(List.of(titles), OptionalLong.empty(), turn -> true);
    }

    @Override
    public int size() {
      return titles.size();
    }

    @Override
    public List<Prompt> prompts() {
      return titles.stream().map(title -> new Prompt(null, List.of(), title)).toList();
    }

    @Override
    public Optional<Answer> finish(float[] scores, ReleasedVersion version) {
      List<Float> boxed = new ArrayList<>();
      for (float score : scores) {
        boxed.add(score);
      }
      return stands.apply(scores.length)
          ? Optional.of(new Answer(boxed, version.version()))
          : Optional.empty();
    }
  }

  @BeforeEach
  void serveOneVersion() {
    swapper.announce(Versions.version(1, "one", Set.of()));
    alarm.runDue();
    pool = pool(10, new BatchLimits(4, Duration.ZERO));
    engine.beforeScore(
        prompts -> {
          promptsACall.add(prompts.size());
          if (prompts.get(0).target().equals("held")) {
            running.countDown();
            await(release);
          }
        });
  }

  @AfterEach
  void stop() {
    release.countDown();
    pool.close();
  }

  @Test
  void shouldRefuseWithTheRemedyWhenTheQueueIsFull() throws Exception {
    pool.close();
    pool = pool(1, new BatchLimits(4, Duration.ZERO));
    CompletableFuture<Answer> first = hold();
    CompletableFuture<Answer> second = pool.submit(new Asking("b"));
    assertThat(pool.waiting()).isEqualTo(1);
    assertThatThrownBy(() -> pool.submit(new Asking("c")))
        .isInstanceOf(BusyException.class)
        .hasMessageContaining("lethe.queue-max");
    release.countDown();
    assertThat(get(first)).isEqualTo(answer(1, "one", "held"));
    assertThat(get(second)).isEqualTo(answer(1, "one", "b"));
  }

  @Test
  void shouldScoreTogetherWhatWaitsTogetherUpToTheLimit() throws Exception {
    hold();
    CompletableFuture<Answer> two = pool.submit(new Asking("a", "b"));
    CompletableFuture<Answer> one = pool.submit(new Asking("c"));
    CompletableFuture<Answer> many = pool.submit(new Asking("d", "e", "f", "g", "h"));
    CompletableFuture<Answer> last = pool.submit(new Asking("i"));
    release.countDown();
    assertThat(get(two)).isEqualTo(answer(1, "one", "a", "b"));
    assertThat(get(one)).isEqualTo(answer(1, "one", "c"));
    assertThat(get(many)).isEqualTo(answer(1, "one", "d", "e", "f", "g", "h"));
    assertThat(get(last)).isEqualTo(answer(1, "one", "i"));
    assertThat(promptsACall).containsExactly(1, 3, 5, 1);
    assertThat(pool.calls()).isEqualTo(4);
    assertThat(pool.scored()).isEqualTo(5);
  }

  @Test
  void shouldWaitForCompanyNoLongerThanTheBudget() throws Exception {
    pool.close();
    // Long enough for the second request to come in time on any machine.
    pool = pool(10, new BatchLimits(2, Duration.ofSeconds(30)));
    CompletableFuture<Answer> first = pool.submit(new Asking("a"));
    CompletableFuture<Answer> second = pool.submit(new Asking("b"));
    assertThat(get(first)).isEqualTo(answer(1, "one", "a"));
    assertThat(get(second)).isEqualTo(answer(1, "one", "b"));
    assertThat(promptsACall).containsExactly(2);
    pool.close();
    pool = pool(10, new BatchLimits(2, Duration.ofMillis(1)));
    assertThat(get(pool.submit(new Asking("c")))).isEqualTo(answer(1, "one", "c"));
  }

  @Test
  void shouldTakeTheVersionThatIsServedWhenTheTurnComes() throws Exception {
    CompletableFuture<Answer> before = hold();
    CompletableFuture<Answer> after = pool.submit(new Asking("a"));
    swapper.announce(Versions.version(2, "two", Set.of()));
    alarm.runDue();
    release.countDown();
    assertThat(get(before)).isEqualTo(answer(1, "one", "held"));
    assertThat(get(after)).isEqualTo(answer(2, "two", "a"));
  }

  @Test
  void shouldScoreEachVersionByItselfWhereRequestsArePinned() throws Exception {
    swapper.announce(Versions.version(2, "two", Set.of()));
    alarm.runDue();
    promptsACall.clear();
    hold();
    CompletableFuture<Answer> served = pool.submit(new Asking("a"));
    CompletableFuture<Answer> earlier = pool.submit(pinned(1, "b"));
    CompletableFuture<Answer> same = pool.submit(pinned(2, "c"));
    CompletableFuture<Answer> unknown = pool.submit(pinned(7, "d"));
    release.countDown();
    assertThat(get(served)).isEqualTo(answer(2, "two", "a"));
    assertThat(get(earlier)).isEqualTo(answer(1, "one", "b"));
    assertThat(get(same)).isEqualTo(answer(2, "two", "c"));
    assertThatThrownBy(() -> get(unknown)).hasRootCauseInstanceOf(PinRefusedException.class);
    assertThat(promptsACall).containsExactly(1, 2, 1);
  }

  @Test
  void shouldLetNoRequestAskAVersionBelowTheWatermark() throws Exception {
    swapper.announce(Versions.version(2, "two", Set.of("r1")));
    alarm.runDue();
    assertThat(slot.held()).isEmpty();
    assertThatThrownBy(() -> get(pool.submit(pinned(1, "a"))))
        .hasRootCauseInstanceOf(PinRefusedException.class);
    swapper.announce(Versions.version(3, "three", Set.of("r1")));
    alarm.runDue();
    assertThat(get(pool.submit(pinned(2, "a")))).isEqualTo(answer(2, "two", "a"));
    swapper.withdraw(2, Set.of());
    assertThatThrownBy(() -> get(pool.submit(pinned(2, "a"))))
        .hasRootCauseInstanceOf(PinRefusedException.class);
    assertThat(engine.adapter("two").references()).isZero();
  }

  @Test
  void shouldFailOnlyTheRequestThatFails() throws Exception {
    engine.beforeScore(
        prompts -> {
          if (prompts.stream().anyMatch(prompt -> prompt.target().equals("bad"))) {
            throw new IllegalStateException("broken");
          }
          if (prompts.get(0).target().equals("held")) {
            running.countDown();
            await(release);
          }
        });
    hold();
    CompletableFuture<Answer> good = pool.submit(new Asking("a"));
    CompletableFuture<Answer> bad = pool.submit(new Asking("bad"));
    release.countDown();
    assertThat(get(good)).isEqualTo(answer(1, "one", "a"));
    assertThatThrownBy(() -> get(bad)).hasRootCauseMessage("broken");
  }

  @Test
  void shouldAskAnewWhatNoLongerStands() throws Exception {
    AtomicInteger turns = new AtomicInteger();
    Asking asking =
        new Asking(List.of("a"), OptionalLong.empty(), turn -> turns.incrementAndGet() == 3);
    assertThat(get(pool.submit(asking))).isEqualTo(answer(1, "one", "a"));
    assertThat(promptsACall).containsExactly(1, 1, 1);
  }

  @Test
  void shouldSkipWorkWhoseCallerGaveUp() throws Exception {
    hold();
    CompletableFuture<Answer> abandoned = pool.submit(new Asking("a"));
    abandoned.cancel(false);
    CompletableFuture<Answer> last = pool.submit(new Asking("b"));
    release.countDown();
    assertThat(get(last)).isEqualTo(answer(1, "one", "b"));
    assertThat(promptsACall).containsExactly(1, 1);
  }

  @Test
  void shouldSayThatNothingIsServed() {
    swapper.withdraw(1, Set.of());
    assertThatThrownBy(() -> get(pool.submit(new Asking("a"))))
        .hasRootCauseInstanceOf(NotServingException.class)
        .rootCause()
        .hasMessageContaining("WITHDRAWN");
  }

  @Test
  void shouldFinishWhatWaitsAndTakeNothingMoreOnceClosed() throws Exception {
    hold();
    CompletableFuture<Answer> waiting = pool.submit(new Asking("a"));
    release.countDown();
    pool.close();
    assertThat(waiting).isCompletedWithValue(answer(1, "one", "a"));
    assertThatThrownBy(() -> pool.submit(new Asking("b"))).isInstanceOf(BusyException.class);
  }

  private ScoringPool pool(int queueMax, BatchLimits limits) {
    return new ScoringPool(1, queueMax, limits, new Leases(slot, lifecycle));
  }

  /** Occupies the one thread until {@link #release}. */
  private CompletableFuture<Answer> hold() throws InterruptedException {
    CompletableFuture<Answer> held = pool.submit(new Asking("held"));
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    return held;
  }

  private static Asking pinned(long version, String title) {
    return new Asking(List.of(title), OptionalLong.of(version), turn -> true);
  }

  private static Answer answer(long version, String adapterId, String... titles) {
    List<Float> scores = new ArrayList<>();
    for (String title : titles) {
      scores.add(FakeScoringEngine.expected(adapterId, new Prompt(null, List.of(), title)));
    }
    return new Answer(scores, version);
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Nobody released the latch.");
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
