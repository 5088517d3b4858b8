package io.lethe.cli.demo;

import io.lethe.cli.CliException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Looks again and again until something is so. */
final class Waiting {
  private static final Duration INTERVAL = Duration.ofMillis(200);

  private Waiting() {}

  /**
   * @param what names the thing awaited in the error
   * @param remedy what to look at when it does not come
   * @param look returns the thing once it is there
   * @throws CliException when the time is over
   */
  static <T> T until(String what, Duration timeout, String remedy, Supplier<Optional<T>> look) {
    long deadline = System.nanoTime() + timeout.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    while (true) {
      Optional<T> seen = look.get();
      if (seen.isPresent()) {
        return seen.get();
      }
      if (System.nanoTime() > deadline) {
        throw new CliException(what + " did not come within " + timeout.toSeconds() + " s", remedy);
      }
      try {
        // Nothing tells this process of another's progress, so it looks at intervals.
        never.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new CliException("waiting was interrupted", "run the command again", interrupted);
      }
    }
  }
}
