package io.lethe.serving.model;

import io.lethe.serving.domain.Alarm;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.CanaryVersion;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.domain.SlotEvent;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.domain.SlotState;
import io.lethe.serving.domain.WatermarkBarrier;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Brings announced versions into the slot. Loading, verifying and warming happen beside the served
 * version, on the alarm's thread; a version that fails any of it never serves, the one before
 * stays, and the attempt is repeated at growing distances until it succeeds or a newer version
 * arrives.
 *
 * <p>What was once served as forgotten stays forgotten: a version whose watermark lacks a request
 * of the catalog's minimum, or of any version served here before, is refused.
 */
public final class AdapterSwapper {
  private final AdapterSlot slot;
  private final SlotLifecycle lifecycle;
  private final Alarm alarm;
  private final Backoff backoff;
  private final Clock clock;
  private final SwapObserver observer;
  private final VersionLoader loader;
  private final WatermarkBarrier barrier;
  private final TrialAttempts trials;

  private final Set<Long> withdrawnVersions = new HashSet<>();
  private ReleasedVersion wanted;
  private Refusal refusal;
  private long armed;

  /** As below, with versions taken from whoever may write to adapter.version. */
  public AdapterSwapper(
      ScoringEngine engine,
      AdapterSlot slot,
      SlotLifecycle lifecycle,
      Alarm alarm,
      Backoff backoff,
      Clock clock,
      SwapObserver observer) {
    this(engine, slot, lifecycle, alarm, backoff, clock, observer, ReleaseCheck.NONE);
  }

  /** As below, with the barrier that is meant to stand. */
  public AdapterSwapper(
      ScoringEngine engine,
      AdapterSlot slot,
      SlotLifecycle lifecycle,
      Alarm alarm,
      Backoff backoff,
      Clock clock,
      SwapObserver observer,
      ReleaseCheck signatures) {
    this(
        engine,
        slot,
        lifecycle,
        alarm,
        backoff,
        clock,
        observer,
        signatures,
        new WatermarkBarrier());
  }

  /**
   * The observer is told on the alarm's thread.
   *
   * @param signatures tells whether the catalog released a version
   * @param barrier tells which watermarks may be served, nothing raised yet
   */
  public AdapterSwapper(
      ScoringEngine engine,
      AdapterSlot slot,
      SlotLifecycle lifecycle,
      Alarm alarm,
      Backoff backoff,
      Clock clock,
      SwapObserver observer,
      ReleaseCheck signatures,
      WatermarkBarrier barrier) {
    this.slot = slot;
    this.lifecycle = lifecycle;
    this.alarm = alarm;
    this.backoff = backoff;
    this.clock = clock;
    this.observer = observer;
    this.loader = new VersionLoader(engine, slot, signatures);
    this.barrier = barrier;
    this.trials =
        new TrialAttempts(loader, slot, alarm, backoff, clock, observer, this::mayTry, this);
  }

  /**
   * The catalog released a version. Late and repeated announcements change nothing, save that a
   * refused version may come again with what it lacked, a signature above all.
   */
  public synchronized void announce(ReleasedVersion version) {
    demand(version.minimumWatermark());
    boolean correctsRefused =
        refusal != null
            && refusal.version() == version.version()
            && wanted != null
            && !version.equals(wanted);
    if (withdrawnVersions.contains(version.version())
        || (version.version() <= newestKnown() && !correctsRefused)) {
      return;
    }
    wanted = version;
    refusal = null;
    schedule(Duration.ZERO);
  }

  /**
   * A version is on trial: it answers its share beside the current version, which goes on to be
   * what this server acknowledges. It raises nothing, so that the trial can be ended.
   */
  public synchronized void tryOut(CanaryVersion canary) {
    demand(canary.version().minimumWatermark());
    if (!withdrawnVersions.contains(canary.version().version())
        && canary.version().version() > newestKnown()) {
      trials.announce(canary);
    }
  }

  /**
   * The catalog took a version back. What it demands with that was served as forgotten before: a
   * version that remembers any of it answers no longer.
   */
  public synchronized void withdraw(long version, Set<String> minimumWatermark) {
    withdrawnVersions.add(version);
    demand(minimumWatermark);
    trials.end(version);
    if (wanted != null && wanted.version() == version) {
      wanted = null;
      refusal = null;
    }
    SlotState state = lifecycle.state();
    // After an outage it may be an older one that is served here, and no newer one need follow.
    boolean served =
        slot.serving()
            .map(AdapterSlot.Serving::version)
            .filter(now -> now.version() == version || !barrier.admits(now.watermark()))
            .isPresent();
    if (served && (state == SlotState.SERVING || state == SlotState.SWAPPING)) {
      lifecycle.fire(SlotEvent.SERVED_WITHDRAWN);
    }
  }

  /**
   * Tries the newest announced version at once instead of when its wait is over.
   *
   * @return false where no version of this number and adapter waits to be served
   */
  public synchronized boolean tryNow(long version, String adapterId) {
    if (wanted == null
        || wanted.version() != version
        || !Objects.equals(wanted.adapterId(), adapterId)) {
      return false;
    }
    schedule(Duration.ZERO);
    return true;
  }

  /** Why the newest announced version is not served; empty when it is, or is still loading. */
  public synchronized Optional<Refusal> refusal() {
    return Optional.ofNullable(refusal);
  }

  /** Whether the newest version that was announced, and not withdrawn, is served. */
  public synchronized boolean servesTheNewest() {
    return wanted == null && lifecycle.answers();
  }

  /** Serves nothing any more and loads nothing any more; requests in flight still finish. */
  public synchronized void stop() {
    if (lifecycle.state() != SlotState.STOPPED) {
      lifecycle.fire(SlotEvent.STOPPED);
      wanted = null;
      trials.endUpTo(Long.MAX_VALUE);
      slot.publish(null, none -> false);
    }
  }

  private void attempt(long token) {
    ReleasedVersion version;
    synchronized (this) {
      version = wanted;
      if (token != armed || version == null || lifecycle.state() == SlotState.STOPPED) {
        return;
      }
      lifecycle.fire(SlotEvent.LOAD_STARTED);
    }
    Instant startedAt = clock.instant();
    try {
      loader.verify(version, null);
      demandCoverage(version);
      LoadedAdapter adapter = loader.load(version);
      publish(version, adapter, startedAt);
    } catch (RuntimeException | Error bad) {
      // Whatever it was, memory included: the version before must go on serving.
      refuse(version, bad);
    }
  }

  private void publish(ReleasedVersion version, LoadedAdapter adapter, Instant startedAt) {
    AdapterSlot.Serving serving;
    synchronized (this) {
      try {
        demandWanted(version);
        demandCoverage(version);
      } catch (RuntimeException bad) {
        if (adapter != null) {
          adapter.release();
        }
        throw bad;
      }
      ServedModel next = new ServedModel(version, adapter, clock.instant());
      barrier.raise(version.watermark().requestIds());
      slot.publish(next, this::mayHold);
      // What was on trial is this version, or was overtaken by it.
      trials.endUpTo(version.version());
      lifecycle.fire(SlotEvent.LOAD_SUCCEEDED);
      serving = new AdapterSlot.Serving(version, next.switchedAt());
      if (wanted == version) {
        wanted = null;
        refusal = null;
      } else {
        schedule(Duration.ZERO);
      }
    }
    observer.switched(serving, Duration.between(startedAt, serving.switchedAt()));
  }

  private void refuse(ReleasedVersion version, Throwable bad) {
    Refusal refused;
    synchronized (this) {
      if (lifecycle.state() == SlotState.STOPPED) {
        return;
      }
      lifecycle.fire(SlotEvent.LOAD_REFUSED);
      if (wanted != version) {
        // Something newer came, or this one was withdrawn: nothing to repeat.
        if (wanted != null) {
          schedule(Duration.ZERO);
        }
        return;
      }
      int attempts = refusal == null ? 1 : refusal.attempts() + 1;
      Duration wait = backoff.after(attempts);
      refusal =
          new Refusal(
              version.version(),
              version.adapterId(),
              bad.getMessage() == null ? bad.getClass().getSimpleName() : bad.getMessage(),
              attempts,
              clock.instant().plus(wait));
      refused = refusal;
      schedule(wait);
    }
    observer.refused(refused);
  }

  /** From now on nothing is served or held that has not forgotten these too. */
  private void demand(Set<String> requestIds) {
    barrier.raise(requestIds);
    slot.holdOnly(this::mayHold);
    slot.canary()
        .map(CanaryVersion::version)
        .filter(version -> !mayHold(version))
        .ifPresent(version -> trials.end(version.version()));
  }

  private boolean mayHold(ReleasedVersion version) {
    return barrier.admits(version.watermark()) && !withdrawnVersions.contains(version.version());
  }

  /** Beside a version that stands, never in place of one. */
  private boolean mayTry(ReleasedVersion version) {
    return lifecycle.answers() && mayHold(version);
  }

  private synchronized void demandWanted(ReleasedVersion version) {
    if (lifecycle.state() == SlotState.STOPPED || withdrawnVersions.contains(version.version())) {
      throw new IllegalStateException("The version was withdrawn while it was being loaded.");
    }
  }

  private synchronized void demandCoverage(ReleasedVersion version) {
    long missing = barrier.missing(version.watermark());
    if (missing > 0) {
      throw new IllegalStateException(
          "The version's watermark lacks "
              + missing
              + " requests that were already served as forgotten or that the catalog demands;"
              + " release a version that covers them.");
    }
  }

  private void schedule(Duration wait) {
    // Only the attempt armed last counts: a newer version need not wait for the older one's turn.
    armed++;
    long token = armed;
    alarm.in(wait, () -> attempt(token));
  }

  private long newestKnown() {
    long served = slot.serving().map(serving -> serving.version().version()).orElse(-1L);
    return wanted == null ? served : Math.max(served, wanted.version());
  }
}
