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

/** Disks that are full, on a stack of their own whose disks have a size. */
class DiskFaultsST {
  private static final int BROKER_MEBIBYTES = 384;
  private static final int ACCUMULATOR_MEBIBYTES = 160;
  private static final Duration RESUME_LIMIT = Duration.ofSeconds(60);
  private static final Duration SAID_LIMIT = Duration.ofSeconds(120);
  private static final double SHARE = 0.1;

  private ContainerStack stack;

  @BeforeEach
  void start() {
    Engine.require();
    stack =
        ContainerStack.start(
            "full-disks", new ContainerStack.Disks(BROKER_MEBIBYTES, ACCUMULATOR_MEBIBYTES));
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
      load.awaitProgress(Limits.within(RESUME_LIMIT));
      Host leader = stack.broker(stack.leaderOfForgetSets());
      fill(leader);
      load.send(load.size() - load.size() / 2);
      Duration resumed = load.awaitProgress(Limits.within(RESUME_LIMIT));
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

  @Test
  @FaultCase(
      fault = CatalogueFault.F11,
      level = FaultLevel.CONTAINER,
      does = "Fills the disk of the accumulator's state, and gives it room again once it said so.",
      load = "10,000 requests through both doors, 5 % of them twice, half of them meanwhile.",
      oracle =
          "Its log names the full disk. The set accepted = the set in closed forget sets, each "
              + "request once; no gap in the sequence of sets; every person's samples in one set.",
      limit = "sets close again within 60 s of the room, times lethe.faults.patience")
  void shouldGoOnWhenTheAccumulatorsDiskHasRoomAgain(TestReporter reporter) {
    try (ErasureLoad load = new ErasureLoad(stack, "state-disk", Limits.requests(SHARE))) {
      Host accumulator = stack.accumulator();
      load.send(load.size() / 2);
      load.awaitProgress(Limits.within(RESUME_LIMIT));
      fill(accumulator);
      load.send(load.size() - load.size() / 2);
      await("the accumulator naming the full disk")
          .atMost(Limits.within(SAID_LIMIT))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> accumulator.log().contains("No space left on device"));
      accumulator.run(": > " + Host.DISK + "/filler");
      // Past lethe.thread-failures-max it stops for good and says so; its keeper starts it again.
      if (stack.status(accumulator, "/q/health/live") != 200) {
        accumulator.stop();
        accumulator.start();
      }
      Duration resumed = load.awaitProgress(Limits.within(RESUME_LIMIT));
      load.awaitAllClosed();
      load.verify();
      stack.awaitReady(Limits.within(RESUME_LIMIT));
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
