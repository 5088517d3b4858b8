package io.lethe.worker.publish;

import io.lethe.worker.domain.JobInterruptedException;
import io.lethe.worker.domain.ParentTracker;
import io.lethe.worker.domain.UnprocessableForgetSetException;
import io.lethe.worker.unlearn.UnlearningEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** Makes a candidate durable, trying again within a limit while the store has no room. */
public final class CandidateStorage {
  private static final Logger LOG = Logger.getLogger(CandidateStorage.class);

  private final int attemptsMax;
  private final Duration pause;
  private final Predicate<Duration> awaitStop;

  /**
   * A storage with its limits.
   *
   * @param awaitStop waits that long; true when the worker stops meanwhile, see {@link
   *     ParentTracker#awaitStop}
   */
  public CandidateStorage(int attemptsMax, Duration pause, Predicate<Duration> awaitStop) {
    this.attemptsMax = attemptsMax;
    this.pause = pause;
    this.awaitStop = awaitStop;
  }

  /**
   * Stores the run's candidate.
   *
   * @throws UnprocessableForgetSetException when the store refused it every time
   */
  public UnlearningEngine.Stored store(UnlearningEngine.Run run) {
    for (int attempt = 1; ; attempt++) {
      try {
        return run.store();
      } catch (RuntimeException failed) {
        String cause = causeOf(failed);
        if (attempt >= attemptsMax) {
          throw new UnprocessableForgetSetException(
              "the artefact store refused the candidate "
                  + attempt
                  + " times (lethe.store-attempts-max): "
                  + cause
                  + "; free space below lethe.artefact-store or make it writable, then redrive the"
                  + " set",
              failed);
        }
        LOG.warnf(
            "the artefact store refuses the candidate, try %d of %d: %s; free space below"
                + " lethe.artefact-store or make it writable",
            attempt, attemptsMax, cause);
        if (awaitStop.test(pause)) {
          throw new JobInterruptedException("the worker stops");
        }
      }
    }
  }

  /** The class of the failure and, where the disk spoke, what is known to be harmless of it. */
  private static String causeOf(Throwable failed) {
    Throwable cause = failed;
    while (cause.getCause() != null && !(cause instanceof IOException)) {
      cause = cause.getCause();
    }
    String text = String.valueOf(cause.getMessage());
    return text.contains("No space left")
        ? "no space left on the device"
        : cause.getClass().getSimpleName();
  }
}
