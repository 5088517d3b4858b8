package io.lethe.containers;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** A host that is off the network, or stands still with its connections open. */
class NetworkFaultsST {
  private static final Duration OUTAGE = Duration.ofSeconds(60);
  private static final Duration RESUME_LIMIT = Duration.ofSeconds(60);
  private static final double SHARE = 0.2;

  private final ContainerStack stack = ContainerStack.shared();

  @Test
  @FaultCase(
      fault = CatalogueFault.F17,
      level = FaultLevel.CONTAINER,
      does =
          "Takes the leader of forget-set.closed off the network for 60 s, then puts it back "
              + "under another address.",
      load = "20,000 requests through both doors, 5 % of them twice, half of them meanwhile.",
      oracle =
          "The set accepted = the set in closed forget sets, each request once; no gap in the "
              + "sequence of sets; every person's samples in one set; every copy in sync again.",
      limit = "sets close again within 60 s of the cut, times lethe.faults.patience")
  void shouldGoOnWithoutALeaderThatIsCutOff(TestReporter reporter) {
    Host leader = stack.broker(stack.leaderOfForgetSets());
    goOnWithout("cut-leader", leader::cutOff, leader::rejoin, reporter);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F17,
      level = FaultLevel.CONTAINER,
      does = "Lets the leader of forget-set.closed stand still for 60 s with its connections open.",
      load = "20,000 requests through both doors, 5 % of them twice, half of them meanwhile.",
      oracle =
          "The set accepted = the set in closed forget sets, each request once; no gap in the "
              + "sequence of sets; every person's samples in one set; every copy in sync again.",
      limit = "sets close again within 60 s, times lethe.faults.patience")
  void shouldGoOnWithoutALeaderThatStandsStill(TestReporter reporter) {
    Host leader = stack.broker(stack.leaderOfForgetSets());
    goOnWithout("still-leader", leader::pause, leader::unpause, reporter);
  }

  @Test
  @Tag("slice")
  @FaultCase(
      fault = CatalogueFault.F17,
      level = FaultLevel.CONTAINER,
      does = "Takes the accumulator off the network for 60 s; in each build for 20 s.",
      load =
          "20,000 requests through both doors, 5 % of them twice, half of them meanwhile; in "
              + "each build 200.",
      oracle =
          "The set accepted = the set in closed forget sets, each request once; no gap in the "
              + "sequence of sets; every person's samples in one set.",
      limit = "sets close again within twice the outage, times lethe.faults.patience")
  void shouldCatchUpWhenTheAccumulatorWasCutOff(TestReporter reporter) {
    Host accumulator = stack.accumulator();
    catchUp("cut-accumulator", accumulator::cutOff, accumulator::rejoin, reporter);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F17,
      level = FaultLevel.CONTAINER,
      does =
          "Lets the accumulator stand still for 60 s, longer than its session and its "
              + "transactions live, then lets it go on.",
      load = "20,000 requests through both doors, 5 % of them twice, half of them meanwhile.",
      oracle =
          "The set accepted = the set in closed forget sets, each request once; no gap in the"
              + " sequence of sets; every person's samples in one set: what it began before is"
              + " fenced.",
      limit = "sets close again within twice the outage, times lethe.faults.patience")
  void shouldCatchUpWhenTheAccumulatorStoodStill(TestReporter reporter) {
    Host accumulator = stack.accumulator();
    catchUp("still-accumulator", accumulator::pause, accumulator::unpause, reporter);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F17,
      level = FaultLevel.CONTAINER,
      does = "Takes intake off the network for 60 s: callers and brokers lose it alike.",
      load =
          "20,000 requests, 5 % of them twice, half of them meanwhile: those over HTTP are sent "
              + "again until accepted.",
      oracle =
          "The set accepted = the set in closed forget sets, each request once; no gap in the "
              + "sequence of sets; every person's samples in one set.",
      limit = "sets close again within twice the outage, times lethe.faults.patience")
  void shouldCatchUpWhenIntakeWasCutOff(TestReporter reporter) {
    Host intake = stack.intake();
    catchUp("cut-intake", intake::cutOff, intake::rejoin, reporter);
  }

  /** The rest carries on during the outage. */
  private void goOnWithout(String name, Runnable begin, Runnable end, TestReporter reporter) {
    try (ErasureLoad load = new ErasureLoad(stack, name, Limits.requests(SHARE))) {
      load.send(load.size() / 2);
      load.awaitClosedAfter(0, Limits.within(RESUME_LIMIT));
      int before = load.sent();
      begin.run();
      Duration resumed;
      CompletableFuture<Void> rest;
      try {
        rest = load.sendMeanwhile(load.size() - load.size() / 2);
        resumed = load.awaitClosedAfter(before, Limits.within(RESUME_LIMIT));
        Limits.pass(Limits.outage(OUTAGE));
      } finally {
        end.run();
      }
      rest.join();
      stack.awaitInSync(Limits.within(Limits.outage(OUTAGE).multipliedBy(2)));
      finish(load, resumed, reporter);
    }
  }

  /** What is away is needed, and catches up afterwards. */
  private void catchUp(String name, Runnable begin, Runnable end, TestReporter reporter) {
    try (ErasureLoad load = new ErasureLoad(stack, name, Limits.requests(SHARE))) {
      load.send(load.size() / 2);
      load.awaitClosedAfter(0, Limits.within(RESUME_LIMIT));
      int before = load.sent();
      begin.run();
      CompletableFuture<Void> rest;
      try {
        rest = load.sendMeanwhile(load.size() - load.size() / 2);
        Limits.pass(Limits.outage(OUTAGE));
      } finally {
        end.run();
      }
      Duration resumed = load.awaitClosedAfter(before, Limits.within(OUTAGE.multipliedBy(2)));
      rest.join();
      finish(load, resumed, reporter);
    }
  }

  private void finish(ErasureLoad load, Duration resumed, TestReporter reporter) {
    load.awaitAllClosed();
    load.verify();
    stack.awaitReady(Limits.within(RESUME_LIMIT));
    reporter.publishEntry("requests", String.valueOf(load.size()));
    reporter.publishEntry("resumed after, s", String.valueOf(resumed.toSeconds()));
  }
}
