package io.lethe.serving.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.Prompt;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.serving.ManualAlarm;
import io.lethe.serving.ManualClock;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.SlotLifecycle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Every score must be that of the adapter the lease names, whatever is switched meanwhile. */
class ConcurrentSwapTest {
  private static final int SWAPS = 1_000;
  private static final int CLIENTS = 8;
  private static final List<Prompt> PROMPTS =
      List.of(new Prompt(null, List.of(), "a"), new Prompt("p", List.of(), "b"));

  @Test
  @FaultCase(
      fault = CatalogueFault.F13,
      level = FaultLevel.UNIT,
      does = "Swaps adapters of recognisable scores 1,000 times.",
      load = "8 clients without pause",
      oracle = "Every answer is exactly of the adapter that it names.",
      limit = "exact")
  void shouldAnswerFromExactlyTheAdapterNamedThroughAThousandSwaps() throws Exception {
    ManualClock clock = new ManualClock();
    ManualAlarm alarm = new ManualAlarm(clock);
    FakeScoringEngine engine = new FakeScoringEngine();
    AdapterSlot slot = new AdapterSlot(engine);
    AdapterSwapper swapper =
        new AdapterSwapper(
            engine,
            slot,
            new SlotLifecycle(),
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
    swapper.announce(Versions.version(0, "adapter-0", Set.of()));
    alarm.runDue();

    AtomicBoolean done = new AtomicBoolean();
    AtomicLong answers = new AtomicLong();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        running.add(clients.submit(() -> ask(slot, done, answers)));
      }
      for (int version = 1; version <= SWAPS; version++) {
        long before = answers.get();
        swapper.announce(Versions.version(version, "adapter-" + version, Set.of()));
        alarm.runDue();
        while (answers.get() == before && running.stream().noneMatch(Future::isDone)) {
          Thread.onSpinWait();
        }
      }
      done.set(true);
      for (Future<?> client : running) {
        client.get(30, TimeUnit.SECONDS);
      }
    } finally {
      done.set(true);
      clients.shutdownNow();
    }

    assertThat(answers.get()).isGreaterThanOrEqualTo(SWAPS);
    for (int version = 0; version < SWAPS; version++) {
      assertThat(engine.adapter("adapter-" + version).references()).isZero();
    }
    assertThat(engine.adapter("adapter-" + SWAPS).references()).isEqualTo(1);
    assertThat(slot.requestsOnOldVersions()).isZero();
  }

  private static void ask(AdapterSlot slot, AtomicBoolean done, AtomicLong answers) {
    while (!done.get()) {
      try (Lease lease = slot.acquire().orElseThrow()) {
        String adapterId = lease.version().adapterId();
        for (int turn = 0; turn < 3; turn++) {
          float[] scores = lease.score(PROMPTS);
          for (int position = 0; position < scores.length; position++) {
            float expected = FakeScoringEngine.expected(adapterId, PROMPTS.get(position));
            if (scores[position] != expected) {
              throw new AssertionError("An answer came from another adapter than it names.");
            }
          }
        }
      }
      answers.incrementAndGet();
    }
  }
}
