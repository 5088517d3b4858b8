package io.lethe.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Schemas that are known need no registry; a start without one waits for it. */
class RegistryFaultsST {
  private static final Duration OUTAGE = Duration.ofSeconds(60);
  private static final Duration RESUME_LIMIT = Duration.ofSeconds(30);
  private static final Duration SAID_LIMIT = Duration.ofSeconds(60);
  private static final double SHARE = 0.1;

  private final ContainerStack stack = ContainerStack.shared();

  @Test
  @Tag("slice")
  @FaultCase(
      fault = CatalogueFault.F9,
      level = FaultLevel.CONTAINER,
      does = "Stops the registry in the middle of the load and starts it at its end.",
      load = "10,000 requests through both doors, 5 % of them twice; in each build 100.",
      oracle =
          "Every request is in a closed set, once, while the registry is still away: known "
              + "schemas go on working.")
  void shouldCloseEveryRequestWhileTheRegistryIsAway(TestReporter reporter) {
    try (ErasureLoad load = new ErasureLoad(stack, "no-registry", Limits.requests(SHARE))) {
      load.send(load.size() / 2);
      load.awaitAllClosed();
      stack.registry().stop();
      try {
        load.send(load.size() - load.size() / 2);
        load.awaitAllClosed();
      } finally {
        stack.registry().start();
        stack.awaitRegistry();
      }
      load.verify();
      reporter.publishEntry("requests", String.valueOf(load.size()));
    }
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F9,
      level = FaultLevel.CONTAINER,
      does =
          "Stops the registry, kills the accumulator (kill -9) and starts it without one; the "
              + "registry comes back after 60 s.",
      load = "10,000 requests through both doors, half of them while nothing can be closed.",
      oracle =
          "The accumulator stays up without a restart and says what it waits for; then every "
              + "request is in a closed set, once.",
      limit = "sets close again within 30 s of the registry's return, times lethe.faults.patience")
  void shouldWaitForTheRegistryAtTheStart(TestReporter reporter) {
    try (ErasureLoad load = new ErasureLoad(stack, "cold-start", Limits.requests(SHARE))) {
      load.send(load.size() / 2);
      load.awaitClosedAfter(0, Limits.within(RESUME_LIMIT));
      int before = load.sent();
      stack.registry().stop();
      try {
        stack.accumulator().kill();
        int saidBefore = timesSaid();
        stack.accumulator().start();
        String startedAt = stack.accumulator().startedAt();
        load.send(load.size() - load.size() / 2);
        await("the accumulator saying that it waits for the registry")
            .atMost(Limits.within(SAID_LIMIT))
            .until(() -> timesSaid() > saidBefore);
        Limits.pass(Limits.outage(OUTAGE));
        assertThat(stack.accumulator().isRunning()).isTrue();
        assertThat(stack.accumulator().startedAt()).isEqualTo(startedAt);
      } finally {
        stack.registry().start();
        stack.awaitRegistry();
      }
      Duration resumed = load.awaitClosedAfter(before, Limits.within(RESUME_LIMIT));
      load.awaitAllClosed();
      load.verify();
      stack.awaitReady(Limits.within(RESUME_LIMIT));
      reporter.publishEntry("requests", String.valueOf(load.size()));
      reporter.publishEntry("resumed after, s", String.valueOf(resumed.toSeconds()));
    }
  }

  private int timesSaid() {
    return stack.accumulator().log().split("schema registry", -1).length - 1;
  }
}
