package io.lethe.ledger.callback;

import io.lethe.ledger.callback.CallbackLifecycle.Event;
import io.lethe.ledger.callback.CallbackLifecycle.State;
import io.lethe.ledger.record.Disk;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Which callbacks wait, which are due and which nobody tries any more. What waits is on the disk
 * before the request's snapshot is published. Thread-safe.
 */
public final class CallbackOffice {
  private static final Logger LOG = Logger.getLogger(CallbackOffice.class);
  private static final int DOUBLINGS_MAX = 30;
  private static final double SPREAD = 0.2;

  /**
   * How many wait, how often and how long.
   *
   * @param pendingMax callbacks that wait at most
   * @param deadMax dead callbacks kept at most
   * @param inFlightMax callbacks that one producer gets at the same time
   * @param attemptsMax tries before one is dead
   */
  public record Limits(
      int pendingMax,
      int deadMax,
      int inFlightMax,
      int attemptsMax,
      Duration retryPauseMin,
      Duration retryPauseMax) {}

  /**
   * A receipt that was issued.
   *
   * @param producer who asked for the request; null where nobody told
   */
  public record Announcement(String receiptId, String requestId, String producer) {}

  private final CallbackStore store;
  private final Set<String> producers;
  private final Limits limits;
  private final Clock clock;
  private final RandomGenerator random;
  private final CallbackLifecycle lifecycle;
  private final Map<String, Callback> callbacks = new HashMap<>();
  private final Set<String> inFlight = new HashSet<>();

  /**
   * Takes up what a ledger before this one left.
   *
   * @param folder where callbacks are kept
   * @param producers who is called
   * @param random spreads the tries, so that a producer that comes back is not met by all at once
   */
  public CallbackOffice(
      Path folder,
      Set<String> producers,
      Limits limits,
      Clock clock,
      RandomGenerator random,
      CallbackLifecycle lifecycle) {
    this(folder, producers, limits, clock, random, lifecycle, new Disk());
  }

  /**
   * As above.
   *
   * @param disk what the folder lies on
   */
  public CallbackOffice(
      Path folder,
      Set<String> producers,
      Limits limits,
      Clock clock,
      RandomGenerator random,
      CallbackLifecycle lifecycle,
      Disk disk) {
    this.store = new CallbackStore(folder, disk);
    this.producers = Set.copyOf(producers);
    this.limits = limits;
    this.clock = clock;
    this.random = random;
    this.lifecycle = lifecycle;
    store.load().forEach(callback -> callbacks.put(callback.receiptId(), callback));
  }

  /**
   * Receipts were issued and are durable; again without effect while their callbacks are here. What
   * is to wait is written together.
   */
  public synchronized void announce(List<Announcement> announcements) {
    Instant now = clock.instant();
    int room = limits.pendingMax() - count(State.PENDING);
    List<Callback> waiting = new ArrayList<>();
    for (Announcement one : announcements) {
      if (one.producer() == null
          || !producers.contains(one.producer())
          || callbacks.containsKey(one.receiptId())) {
        continue;
      }
      Callback callback =
          new Callback(
              one.receiptId(), one.requestId(), one.producer(), State.PENDING, 0, now, now, null);
      if (waiting.size() >= room) {
        bury(
            callback,
            Event.OVERFLOWED,
            "more than lethe.callbacks.pending-max (" + limits.pendingMax() + ") wait");
      } else {
        waiting.add(callback);
      }
    }
    put(waiting);
  }

  /** What is due, the eldest first; each is in flight until it is told how it went. */
  public synchronized List<Callback> take() {
    Instant now = clock.instant();
    Map<String, Integer> flying = new HashMap<>();
    inFlight.forEach(id -> flying.merge(callbacks.get(id).producer(), 1, Integer::sum));
    List<Callback> due = new ArrayList<>();
    callbacks.values().stream()
        .filter(callback -> callback.state() == State.PENDING)
        .filter(callback -> producers.contains(callback.producer()))
        .filter(callback -> !callback.nextAt().isAfter(now))
        .filter(callback -> !inFlight.contains(callback.receiptId()))
        .sorted(Comparator.comparing(Callback::nextAt).thenComparing(Callback::receiptId))
        .forEach(
            callback -> {
              if (flying.merge(callback.producer(), 1, Integer::sum) <= limits.inFlightMax()) {
                due.add(callback);
              }
            });
    due.forEach(callback -> inFlight.add(callback.receiptId()));
    return due;
  }

  /** The producer took it. */
  public synchronized void taken(Callback callback) {
    inFlight.remove(callback.receiptId());
    lifecycle.next(callback.state(), Event.TAKEN);
    callbacks.remove(callback.receiptId());
    store.remove(callback);
  }

  /**
   * A try failed.
   *
   * @param refused whether the producer wants no callbacks any more
   */
  public synchronized void failed(Callback callback, String error, boolean refused) {
    inFlight.remove(callback.receiptId());
    int attempts = callback.attempts() + 1;
    Callback tried = callback.with(callback.state(), attempts, callback.nextAt(), error);
    if (refused) {
      bury(tried, Event.REFUSED, error);
    } else if (attempts >= limits.attemptsMax()) {
      bury(tried, Event.EXHAUSTED, error);
    } else {
      State next = lifecycle.next(callback.state(), Event.FAILED);
      put(tried.with(next, attempts, clock.instant().plus(pause(attempts)), error));
    }
  }

  /** Has a dead callback tried again from the beginning; nothing when there is none of that id. */
  public synchronized Optional<Callback> retry(String receiptId) {
    Callback callback = callbacks.get(receiptId);
    if (callback == null || callback.state() != State.DEAD) {
      return Optional.empty();
    }
    State next = lifecycle.next(callback.state(), Event.RETRIED);
    Callback again = callback.with(next, 0, clock.instant(), callback.lastError());
    put(again);
    return Optional.of(again);
  }

  /** Those that wait and those that are dead, the eldest first. */
  public synchronized List<Callback> all(int limit) {
    return callbacks.values().stream()
        .sorted(Comparator.comparing(Callback::since).thenComparing(Callback::receiptId))
        .limit(limit)
        .toList();
  }

  /** Those of one request. */
  public synchronized List<Callback> of(String requestId) {
    return callbacks.values().stream()
        .filter(callback -> callback.requestId().equals(requestId))
        .sorted(Comparator.comparing(Callback::since).thenComparing(Callback::receiptId))
        .toList();
  }

  /** How many are in that state. */
  public synchronized int count(State state) {
    return (int) callbacks.values().stream().filter(callback -> callback.state() == state).count();
  }

  private void bury(Callback callback, Event event, String error) {
    State next = lifecycle.next(callback.state(), event);
    LOG.errorf(
        "gives up to call %s about receipt %s after %d tries: %s. The producer finds the receipt at"
            + " /v1/receipts; POST /v1/callbacks/{receiptId}/retry has it called again.",
        callback.producer(), callback.receiptId(), callback.attempts(), error);
    if (count(State.DEAD) >= limits.deadMax()) {
      callbacks.values().stream()
          .filter(one -> one.state() == State.DEAD)
          .min(Comparator.comparing(Callback::nextAt).thenComparing(Callback::receiptId))
          .ifPresent(
              eldest -> {
                callbacks.remove(eldest.receiptId());
                store.remove(eldest);
              });
    }
    put(callback.with(next, callback.attempts(), clock.instant(), error));
  }

  private void put(Callback callback) {
    put(List.of(callback));
  }

  private void put(List<Callback> together) {
    store.put(together);
    together.forEach(callback -> callbacks.put(callback.receiptId(), callback));
  }

  private Duration pause(int attempts) {
    double doubled =
        limits.retryPauseMin().toMillis() * Math.pow(2, Math.min(attempts - 1, DOUBLINGS_MAX));
    double millis = Math.min(doubled, limits.retryPauseMax().toMillis());
    return Duration.ofMillis((long) (millis * (1 - SPREAD * random.nextDouble())));
  }
}
