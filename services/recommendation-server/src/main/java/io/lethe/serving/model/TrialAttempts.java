package io.lethe.serving.model;

import io.lethe.serving.domain.Alarm;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.CanaryVersion;
import io.lethe.serving.domain.ReleasedVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Brings a version on trial beside the served one, on the alarm's thread, and repeats what failed
 * at growing distances until it succeeds or the trial ends. All of it happens under its owner's
 * lock but loading.
 */
final class TrialAttempts {
  private final VersionLoader loader;
  private final AdapterSlot slot;
  private final Alarm alarm;
  private final Backoff backoff;
  private final Clock clock;
  private final SwapObserver observer;
  private final Predicate<ReleasedVersion> mayTry;
  private final Object lock;
  private CanaryVersion wanted;
  private int attempts;
  private long armed;

  /**
   * @param mayTry asked under the lock
   * @param lock the owner's
   */
  TrialAttempts(
      VersionLoader loader,
      AdapterSlot slot,
      Alarm alarm,
      Backoff backoff,
      Clock clock,
      SwapObserver observer,
      Predicate<ReleasedVersion> mayTry,
      Object lock) {
    this.loader = loader;
    this.slot = slot;
    this.alarm = alarm;
    this.backoff = backoff;
    this.clock = clock;
    this.observer = observer;
    this.mayTry = mayTry;
    this.lock = lock;
  }

  /** A version is on trial, or its share changed. */
  void announce(CanaryVersion canary) {
    if (canary.equals(wanted)) {
      return;
    }
    boolean newer = wanted == null || wanted.version().version() < canary.version().version();
    wanted = canary;
    attempts = newer ? 0 : attempts;
    if (canary.percent() == 0) {
      endServed();
    } else {
      // A change of its share is verified like the version itself.
      schedule(Duration.ZERO);
    }
  }

  /** That version is not on trial any more. */
  void end(long version) {
    if (wanted != null && wanted.version().version() == version) {
      wanted = null;
    }
    if (slot.canary().filter(now -> now.version().version() == version).isPresent()) {
      endServed();
    }
  }

  /** No version up to that one is on trial any more. */
  void endUpTo(long version) {
    if (wanted != null && wanted.version().version() <= version) {
      wanted = null;
    }
    if (slot.canary().filter(now -> now.version().version() <= version).isPresent()) {
      endServed();
    }
  }

  private void endServed() {
    if (slot.endTrial()) {
      observer.trialChanged();
    }
  }

  private void schedule(Duration wait) {
    armed++;
    long token = armed;
    alarm.in(wait, () -> attempt(token));
  }

  private void attempt(long token) {
    CanaryVersion canary;
    synchronized (lock) {
      canary = wanted;
      if (token != armed || canary == null || canary.percent() == 0) {
        return;
      }
    }
    try {
      loader.verify(canary.version(), canary.share());
      synchronized (lock) {
        if (wanted != canary || (mayTry.test(canary.version()) && slot.reshare(canary))) {
          return;
        }
      }
      publish(canary, loader.load(canary.version()));
    } catch (RuntimeException | Error bad) {
      refuse(canary, bad);
    }
  }

  private void publish(CanaryVersion canary, LoadedAdapter adapter) {
    boolean published = false;
    synchronized (lock) {
      if (wanted == canary && mayTry.test(canary.version())) {
        slot.tryOut(new ServedModel(canary.version(), adapter, clock.instant()), canary);
        published = true;
      }
    }
    if (published) {
      observer.trialChanged();
      return;
    }
    if (adapter != null) {
      adapter.release();
    }
    synchronized (lock) {
      if (wanted == canary) {
        attempts++;
        schedule(backoff.after(attempts));
      }
    }
  }

  private void refuse(CanaryVersion canary, Throwable bad) {
    Refusal refused;
    synchronized (lock) {
      if (wanted != canary) {
        return;
      }
      attempts++;
      Duration wait = backoff.after(attempts);
      refused =
          new Refusal(
              canary.version().version(),
              canary.version().adapterId(),
              bad.getMessage() == null ? bad.getClass().getSimpleName() : bad.getMessage(),
              attempts,
              clock.instant().plus(wait));
      schedule(wait);
    }
    observer.refused(refused);
  }
}
