package io.lethe.containers;

import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** How much a run does, and how long it waits: a slice by default, everything by the profile. */
final class Limits {
  private static final int REQUESTS = Integer.getInteger("lethe.faults.requests");
  private static final double PATIENCE =
      Double.parseDouble(System.getProperty("lethe.faults.patience"));
  private static final int FULL_REQUESTS = 100_000;
  private static final int FULL_ROUNDS = 5;

  private Limits() {}

  /** A share of the run's requests: 1 for the whole load of the catalogue's heaviest fault. */
  static int requests(double share) {
    return Math.max(100, (int) (REQUESTS * share));
  }

  /** How often a fault strikes: five times at full load, once in a slice. */
  static int rounds() {
    return REQUESTS >= FULL_REQUESTS ? FULL_ROUNDS : 1;
  }

  /** How long an outage lasts: the catalogue's length at full load, a third of it in a slice. */
  static Duration outage(Duration full) {
    return REQUESTS >= FULL_REQUESTS ? full : full.dividedBy(3);
  }

  /** Lets the length of an outage pass: it is the fault, and nothing else ends it. */
  static void pass(Duration length) {
    await("the end of the outage")
        .pollDelay(length)
        .atMost(length.multipliedBy(2))
        .until(() -> true);
  }

  /** A limit of the catalogue, which is meant for machines that a cluster has for itself. */
  static Duration within(Duration limit) {
    return Duration.ofMillis((long) (limit.toMillis() * PATIENCE));
  }
}
