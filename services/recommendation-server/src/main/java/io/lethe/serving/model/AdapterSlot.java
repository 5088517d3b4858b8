package io.lethe.serving.model;

import io.lethe.serving.domain.CanaryVersion;
import io.lethe.serving.domain.ReleasedVersion;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** Holds what is served now; switching is one reference set. Thread-safe. */
public final class AdapterSlot {
  /** What is served, for those who only tell of it. */
  public record Serving(ReleasedVersion version, Instant switchedAt) {}

  private final ScoringEngine engine;

  /** A version that answers a part of the subjects beside the current one. */
  private record Trial(ServedModel model, CanaryVersion canary) {}

  private final AtomicReference<ServedModel> current = new AtomicReference<>();
  private final AtomicReference<Trial> trial = new AtomicReference<>();
  private final Queue<ServedModel> draining = new ConcurrentLinkedQueue<>();

  /** Earlier versions that pinned requests may still ask, newest first; guarded by itself. */
  private final Deque<ServedModel> held = new ArrayDeque<>();

  private final int heldMax;

  /** A slot that keeps no version but the one served. */
  public AdapterSlot(ScoringEngine engine) {
    this(engine, 0);
  }

  /**
   * @param heldMax earlier versions kept in memory for pinned requests
   */
  public AdapterSlot(ScoringEngine engine, int heldMax) {
    if (heldMax < 0) {
      throw new IllegalArgumentException("lethe.versions-held-max must not be negative.");
    }
    this.engine = engine;
    this.heldMax = heldMax;
  }

  /** A hold on what is served now; empty before the first version and after the end. */
  public Optional<Lease> acquire() {
    while (true) {
      ServedModel model = current.get();
      if (model == null) {
        return Optional.empty();
      }
      if (model.retain()) {
        return Optional.of(new Lease(model, engine));
      }
      // It was replaced and drained between the two steps, so there is a newer one by now.
    }
  }

  /** A hold on what answers this subject now: the version on trial, or the current one. */
  public Optional<Lease> acquire(String subjectRef) {
    Trial now = trial.get();
    return now != null && now.canary().answers(subjectRef) && now.model().retain()
        ? Optional.of(new Lease(now.model(), engine))
        : acquire();
  }

  /** A hold on that version, where it is served, on trial or held. */
  public Optional<Lease> acquire(long version) {
    Trial now = trial.get();
    if (now != null && now.model().version().version() == version && now.model().retain()) {
      return Optional.of(new Lease(now.model(), engine));
    }
    Optional<Lease> served = acquire();
    if (served.isPresent()) {
      if (served.get().version().version() == version) {
        return served;
      }
      served.get().close();
    }
    synchronized (held) {
      return held.stream()
          .filter(model -> model.version().version() == version && model.retain())
          .findFirst()
          .map(model -> new Lease(model, engine));
    }
  }

  /** Earlier versions that are held, newest first. */
  public List<Serving> held() {
    synchronized (held) {
      return held.stream().map(model -> new Serving(model.version(), model.switchedAt())).toList();
    }
  }

  /** What is served now. */
  public Optional<Serving> serving() {
    return Optional.ofNullable(current.get())
        .map(model -> new Serving(model.version(), model.switchedAt()));
  }

  /** The version on trial that answers a part of the requests here. */
  public Optional<CanaryVersion> canary() {
    return Optional.ofNullable(trial.get()).map(Trial::canary);
  }

  /** Requests that still run on a version no longer current. */
  public int requestsOnOldVersions() {
    draining.removeIf(model -> model.references() == 0);
    return draining.stream().mapToInt(ServedModel::references).sum();
  }

  /** The adapter served or on trial with one more reference, where it is the one asked for. */
  Optional<LoadedAdapter> shareLoaded(String adapterId) {
    Trial tried = trial.get();
    Optional<LoadedAdapter> shared = share(current.get(), adapterId);
    return shared.isPresent() ? shared : share(tried == null ? null : tried.model(), adapterId);
  }

  private static Optional<LoadedAdapter> share(ServedModel model, String adapterId) {
    if (model == null || model.adapter() == null || !model.adapter().id().equals(adapterId)) {
      return Optional.empty();
    }
    return model.adapter().retain() ? Optional.of(model.adapter()) : Optional.empty();
  }

  /** Has a version on trial answer its share of the subjects from now on. */
  void tryOut(ServedModel model, CanaryVersion canary) {
    replaceTrial(new Trial(model, canary));
  }

  /** Changes the share of the version on trial; false where it is another. */
  boolean reshare(CanaryVersion canary) {
    Trial now = trial.get();
    return now != null
        && now.canary().version().version() == canary.version().version()
        && trial.compareAndSet(now, new Trial(now.model(), canary));
  }

  /** The current version answers every request again; false where none was on trial. */
  boolean endTrial() {
    return replaceTrial(null);
  }

  private boolean replaceTrial(Trial next) {
    Trial previous = trial.getAndSet(next);
    if (previous != null) {
      synchronized (held) {
        drain(previous.model());
      }
    }
    return previous != null;
  }

  /**
   * Serves {@code next} from now on, or nothing where it is null.
   *
   * @param mayHold which earlier versions requests may still be pinned to
   */
  void publish(ServedModel next, Predicate<ReleasedVersion> mayHold) {
    ServedModel previous = current.getAndSet(next);
    if (previous != null) {
      synchronized (held) {
        // Never seen by a pinned request unless it may be: what does not pass is not held at all.
        if (heldMax > 0 && mayHold.test(previous.version())) {
          held.addFirst(previous);
        } else {
          drain(previous);
        }
        while (held.size() > heldMax) {
          drain(held.removeLast());
        }
      }
    }
    holdOnly(mayHold);
  }

  /** Lets go of every earlier version that does not pass. */
  void holdOnly(Predicate<ReleasedVersion> allowed) {
    synchronized (held) {
      for (Iterator<ServedModel> models = held.iterator(); models.hasNext(); ) {
        ServedModel model = models.next();
        if (!allowed.test(model.version())) {
          models.remove();
          drain(model);
        }
      }
    }
  }

  /** Gives up the slot's own reference; the memory goes with the last request's. */
  private void drain(ServedModel model) {
    draining.removeIf(other -> other.references() == 0);
    draining.add(model);
    model.release();
  }
}
