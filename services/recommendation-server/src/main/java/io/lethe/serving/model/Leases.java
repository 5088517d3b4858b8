package io.lethe.serving.model;

import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.recommend.ScoringWork;
import java.util.OptionalLong;
import java.util.function.Function;

/** Gives requests a hold on the version that answers them. */
public final class Leases implements Function<ScoringWork<?>, Lease> {
  private final AdapterSlot slot;
  private final SlotLifecycle lifecycle;

  public Leases(AdapterSlot slot, SlotLifecycle lifecycle) {
    this.slot = slot;
    this.lifecycle = lifecycle;
  }

  /**
   * A hold on the version that answers the work's subject, or on the one pinned.
   *
   * @throws NotServingException when no version may answer
   * @throws PinRefusedException when the pinned version is not held
   */
  @Override
  public Lease apply(ScoringWork<?> work) {
    OptionalLong pinnedVersion = work.pinnedVersion();
    if (!lifecycle.answers()) {
      throw notServing();
    }
    if (pinnedVersion.isPresent()) {
      return slot.acquire(pinnedVersion.getAsLong())
          .orElseThrow(() -> new PinRefusedException(pinnedVersion.getAsLong()));
    }
    return work.subjectRef()
        .map(slot::acquire)
        .orElseGet(slot::acquire)
        .orElseThrow(this::notServing);
  }

  private NotServingException notServing() {
    return new NotServingException("No version is served: the slot is " + lifecycle.state());
  }
}
