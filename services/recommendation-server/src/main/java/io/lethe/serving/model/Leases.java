package io.lethe.serving.model;

import io.lethe.serving.domain.SlotLifecycle;
import java.util.OptionalLong;
import java.util.function.Function;

/** Gives requests a hold on the version that answers them. */
public final class Leases implements Function<OptionalLong, Lease> {
  private final AdapterSlot slot;
  private final SlotLifecycle lifecycle;

  public Leases(AdapterSlot slot, SlotLifecycle lifecycle) {
    this.slot = slot;
    this.lifecycle = lifecycle;
  }

  /**
   * A hold on the version served, or on the one pinned.
   *
   * @throws NotServingException when no version may answer
   * @throws PinRefusedException when the pinned version is not held
   */
  @Override
  public Lease apply(OptionalLong pinnedVersion) {
    if (!lifecycle.answers()) {
      throw notServing();
    }
    return pinnedVersion.isPresent()
        ? slot.acquire(pinnedVersion.getAsLong())
            .orElseThrow(() -> new PinRefusedException(pinnedVersion.getAsLong()))
        : slot.acquire().orElseThrow(this::notServing);
  }

  private NotServingException notServing() {
    return new NotServingException("No version is served: the slot is " + lifecycle.state());
  }
}
