package io.lethe.serving.model;

import io.lethe.serving.domain.ReleasedVersion;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/** Holds what is served now; switching is one reference set. Thread-safe. */
public final class AdapterSlot {
  /** What is served, for those who only tell of it. */
  public record Serving(ReleasedVersion version, Instant switchedAt) {}

  private final ScoringEngine engine;
  private final AtomicReference<ServedModel> current = new AtomicReference<>();
  private final Queue<ServedModel> draining = new ConcurrentLinkedQueue<>();

  public AdapterSlot(ScoringEngine engine) {
    this.engine = engine;
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

  /** What is served now. */
  public Optional<Serving> serving() {
    return Optional.ofNullable(current.get())
        .map(model -> new Serving(model.version(), model.switchedAt()));
  }

  /** Requests that still run on a version no longer current. */
  public int requestsOnOldVersions() {
    draining.removeIf(model -> model.references() == 0);
    return draining.stream().mapToInt(ServedModel::references).sum();
  }

  /** The current adapter with one more reference, where its content is the one asked for. */
  Optional<LoadedAdapter> shareCurrent(String adapterId) {
    ServedModel model = current.get();
    if (model == null || model.adapter() == null || !model.adapter().id().equals(adapterId)) {
      return Optional.empty();
    }
    return model.adapter().retain() ? Optional.of(model.adapter()) : Optional.empty();
  }

  /** Serves {@code next} from now on, or nothing where it is null. */
  void publish(ServedModel next) {
    ServedModel previous = current.getAndSet(next);
    if (previous != null) {
      draining.removeIf(model -> model.references() == 0);
      draining.add(previous);
      previous.release();
    }
  }
}
