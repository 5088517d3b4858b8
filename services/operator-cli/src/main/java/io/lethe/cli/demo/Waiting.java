package io.lethe.cli.demo;

import io.lethe.cli.CliException;
import io.lethe.cli.Polling;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Looks again and again until a thing is there. */
final class Waiting {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Clock clock;

  Waiting(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param what names the thing awaited in the error
   * @param look returns the thing once it is there
   * @throws CliException when the time is over
   */
  <T> T until(String what, Duration timeout, Supplier<Optional<T>> look) {
    AtomicReference<T> seen = new AtomicReference<>();
    boolean there =
        new Polling(clock, PAUSE)
            .until(
                () -> {
                  look.get().ifPresent(seen::set);
                  return seen.get() != null;
                },
                timeout);
    if (!there) {
      throw new CliException(
          what + " did not come within " + timeout.toSeconds() + " s",
          "look at the logs in the data directory");
    }
    return seen.get();
  }
}
