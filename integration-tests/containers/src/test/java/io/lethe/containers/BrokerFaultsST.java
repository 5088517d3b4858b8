package io.lethe.containers;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Three brokers, three copies, two in sync: one may go at any moment. */
class BrokerFaultsST {
  private static final Duration RESUME_LIMIT = Duration.ofSeconds(60);
  private static final Duration ROLLING_LIMIT = Duration.ofSeconds(120);
  private static final double ROLLING_SHARE = 0.2;

  private final ContainerStack stack = ContainerStack.shared();
  private Duration longest = Duration.ZERO;

  @Test
  @Tag("slice")
  @FaultCase(
      fault = CatalogueFault.F1,
      level = FaultLevel.CONTAINER,
      does =
          "Kills (kill -9) and stops in order, in turn, the broker that leads forget-set.closed, of"
              + " three with three copies and two in sync; the next one when all copies are in sync"
              + " again.",
      load =
          "100,000 requests through both doors, 5 % of them twice, 5 kills and 5 stops; in each"
              + " build 1,000 requests, 1 kill and 1 stop. Half of each part is sent while the"
              + " leader is away.",
      oracle =
          "The set accepted = the set in closed forget sets, each request once; no gap in the "
              + "sequence of sets; every person's samples in one set.",
      limit = "sets close again within 60 s of each loss, times lethe.faults.patience")
  void shouldLoseAndDoubleNothingWhileLeadersAreKilledAndStopped(TestReporter reporter) {
    try (ErasureLoad load = new ErasureLoad(stack, "leaders", Limits.requests(1))) {
      int strikes = 2 * Limits.rounds();
      int part = load.size() / strikes;
      for (int strike = 0; strike < strikes; strike++) {
        Host leader = stack.broker(stack.leaderOfForgetSets());
        boolean kills = strike % 2 == 0;
        lose(load, part, leader, kills ? leader::kill : leader::stop, RESUME_LIMIT);
      }
      finish(load, reporter);
    }
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F2,
      level = FaultLevel.CONTAINER,
      does = "Stops each broker in turn and starts it again; then kills the controller (kill -9).",
      load =
          "20,000 requests through both doors, 5 % of them twice, a part of them during each "
              + "loss.",
      oracle =
          "The set accepted = the set in closed forget sets, each request once; no gap in the "
              + "sequence of sets; every person's samples in one set; every copy in sync again.",
      limit = "sets close again within 120 s of each loss, times lethe.faults.patience")
  void shouldLoseAndDoubleNothingWhileEveryBrokerIsRestartedAndTheControllerLost(
      TestReporter reporter) {
    try (ErasureLoad load = new ErasureLoad(stack, "rolling", Limits.requests(ROLLING_SHARE))) {
      int part = load.size() / (KafkaNode.NODES + 1);
      for (Host broker : stack.brokers()) {
        lose(load, part, broker, broker::stop, ROLLING_LIMIT);
      }
      Host controller = stack.broker(stack.activeController());
      lose(load, load.size() - KafkaNode.NODES * part, controller, controller::kill, ROLLING_LIMIT);
      finish(load, reporter);
    }
  }

  /** Loses a broker in the middle of a part of the load, and has it back. */
  private void lose(ErasureLoad load, int part, Host broker, Runnable loss, Duration limit) {
    int before = load.sent();
    load.send(part / 2);
    load.awaitClosedAfter(before, Limits.within(limit));
    int atLoss = load.sent();
    loss.run();
    CompletableFuture<Void> rest = load.sendMeanwhile(part - part / 2);
    Duration resumed = load.awaitClosedAfter(atLoss, Limits.within(limit));
    longest = resumed.compareTo(longest) > 0 ? resumed : longest;
    rest.join();
    broker.start();
    stack.awaitInSync(Limits.within(ROLLING_LIMIT));
  }

  private void finish(ErasureLoad load, TestReporter reporter) {
    load.awaitAllClosed();
    load.verify();
    reporter.publishEntry("requests", String.valueOf(load.size()));
    reporter.publishEntry("longest pause, s", String.valueOf(longest.toSeconds()));
  }
}
