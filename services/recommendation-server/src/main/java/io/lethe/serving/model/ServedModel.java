package io.lethe.serving.model;

import io.lethe.serving.domain.ReleasedVersion;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A version together with the tensors that answer for it. Counted by reference: the slot holds one,
 * every request another; the adapter is released with the last.
 */
final class ServedModel {
  private final ReleasedVersion version;
  private final LoadedAdapter adapter;
  private final Instant switchedAt;
  private final AtomicInteger references = new AtomicInteger(1);

  /** Takes over one reference of {@code adapter}, which is null for the bare recommender. */
  ServedModel(ReleasedVersion version, LoadedAdapter adapter, Instant switchedAt) {
    this.version = version;
    this.adapter = adapter;
    this.switchedAt = switchedAt;
  }

  /** One more reference; false where the last one is gone already. */
  boolean retain() {
    return references.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /** One reference less. */
  void release() {
    if (references.decrementAndGet() == 0 && adapter != null) {
      adapter.release();
    }
  }

  /** References held now, the slot's own included while it is current. */
  int references() {
    return references.get();
  }

  ReleasedVersion version() {
    return version;
  }

  LoadedAdapter adapter() {
    return adapter;
  }

  Instant switchedAt() {
    return switchedAt;
  }
}
