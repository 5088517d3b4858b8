package io.lethe.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** A broker's disk that is full, on a stack of its own whose brokers' disks have a size. */
class DiskFaultsST {
  private static final int BROKER_MEBIBYTES = 384;
  private static final Duration RESUME_LIMIT = Duration.ofSeconds(60);
  private static final Duration SAID_LIMIT = Duration.ofSeconds(120);
  private static final double SHARE = 0.1;

  private ContainerStack stack;

  @BeforeEach
  void start() {
    Engine.require();
    stack = ContainerStack.start("full-disks", BROKER_MEBIBYTES);
  }

  @AfterEach
  void stop() {
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F11,
      level = FaultLevel.CONTAINER,
      does =
          "Fills the disk of the broker that leads forget-set.closed; starts it again on an "
              + "empty one.",
      load = "10,000 requests through both doors, 5 % of them twice, half of them meanwhile.",
      oracle =
          "The broker gives up instead of answering from half a disk. The set accepted = the set in"
              + " closed forget sets, each request once; no gap in the sequence of sets; every"
              + " person's samples in one set; every copy in sync again.",
      limit = "sets close again within 60 s, times lethe.faults.patience")
  void shouldGoOnWithoutABrokerWhoseDiskIsFull(TestReporter reporter) {
    try (ErasureLoad load = new ErasureLoad(stack, "broker-disk", Limits.requests(SHARE))) {
      load.send(load.size() / 2);
      load.awaitClosedAfter(0, Limits.within(RESUME_LIMIT));
      int before = load.sent();
      Host leader = stack.broker(stack.leaderOfForgetSets());
      fill(leader);
      load.send(load.size() - load.size() / 2);
      Duration resumed = load.awaitClosedAfter(before, Limits.within(RESUME_LIMIT));
      await("the broker giving up")
          .atMost(Limits.within(SAID_LIMIT))
          .until(() -> !leader.isRunning());
      leader.start();
      stack.awaitInSync(Limits.within(SAID_LIMIT));
      load.awaitAllClosed();
      load.verify();
      reporter.publishEntry("requests", String.valueOf(load.size()));
      reporter.publishEntry("resumed after, s", String.valueOf(resumed.toSeconds()));
    }
  }

  /** Leaves not a byte free. */
  private static void fill(Host host) {
    String left =
        host.run(
            "dd if=/dev/zero of=%1$s/filler bs=65536 2>/dev/null; df -k %1$s".formatted(Host.DISK));
    assertThat(left).contains("100%");
  }
}
