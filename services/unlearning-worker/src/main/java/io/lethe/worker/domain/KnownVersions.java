package io.lethe.worker.domain;

import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.MoveKind;
import io.lethe.schemas.event.VersionMove;
import io.lethe.schemas.event.VersionStatus;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What adapter.version has told: which version is released, which is on trial beside it, what was
 * before it, and what was withdrawn. One on trial is nobody's parent yet. Not thread-safe.
 */
final class KnownVersions {
  /** Earlier versions kept with their watermark, to go back to when the current is withdrawn. */
  private static final int EARLIER_MAX = 4;

  private final int rememberedMax;
  private final ArrayDeque<AdapterVersion> earlier = new ArrayDeque<>();

  /** Adapter to the time up to which candidates with it are void: for ever where it was served. */
  private final Map<String, Instant> takenBack = new HashMap<>();

  /** Adapter to how many requests the version had forgotten that it was last released as. */
  private final Map<String, Integer> forgotten = new LinkedHashMap<>();

  private AdapterVersion current;
  private AdapterVersion onTrial;
  private AdapterVersion withdrawn;
  private AdapterVersion latestExact;
  private Set<String> watermark = Set.of();

  /**
   * @param rememberedMax adapters remembered at most; the oldest go first
   */
  KnownVersions(int rememberedMax) {
    this.rememberedMax = rememberedMax;
  }

  void apply(AdapterVersion version) {
    if (version.getStatus() == VersionStatus.WITHDRAWN) {
      withdraw(version);
    } else if (version.getStatus() == VersionStatus.RELEASED) {
      release(version);
    } else if (version.getStatus() == VersionStatus.CANARY) {
      onTrial = version;
    }
  }

  /** The version released now; null where there is none. */
  AdapterVersion current() {
    return current;
  }

  /** Whether the catalog tries that adapter on a part of the traffic. */
  boolean isOnTrial(String adapterId) {
    return onTrial != null && adapterId.equals(onTrial.getAdapterId());
  }

  /** The version withdrawn last, while nothing took its place; else null. */
  AdapterVersion withdrawn() {
    return withdrawn;
  }

  /** The version before the current one, or before the withdrawn one; null where there is none. */
  AdapterVersion earlier() {
    return earlier.peekLast();
  }

  /** What the version released now has forgotten. */
  Set<String> watermark() {
    return watermark;
  }

  Optional<AdapterVersion> latestExact() {
    return Optional.ofNullable(latestExact);
  }

  /**
   * Whether a candidate was withdrawn, or its trial ended: it is not under way any more. After a
   * trial the same adapter may come again.
   */
  boolean isTakenBack(String adapterId, Instant trainedAt) {
    Instant until = takenBack.get(String.valueOf(adapterId));
    return until != null && !trainedAt.isAfter(until);
  }

  /**
   * The earlier version that a set may be trained on while nothing is released: what comes of it
   * must cover all that was served as forgotten. Null where there is none.
   */
  AdapterVersion inPlaceOfWithdrawn(Collection<String> added) {
    if (withdrawn == null || earlier.isEmpty()) {
      return null;
    }
    Set<String> covered = new HashSet<>(earlier.getLast().getWatermark());
    covered.addAll(added);
    return covered.containsAll(withdrawn.getMinimumWatermark()) ? earlier.getLast() : null;
  }

  /**
   * Whether an adapter may be served, or continued, from now on: of the version released, on trial
   * or last exact, of one before it, or of any that has forgotten as much as every version must. A
   * watermark that is smaller than the minimum does not cover it.
   */
  boolean isInUse(String adapterId) {
    Integer size = forgotten.get(adapterId);
    return (size != null && size >= minimumSize() && !isTakenBack(adapterId, Instant.MAX))
        || isOnTrial(adapterId)
        || Stream.concat(Stream.of(current, withdrawn, latestExact), earlier.stream())
            .anyMatch(version -> version != null && adapterId.equals(version.getAdapterId()));
  }

  /** How many requests a version must have forgotten to be served beside, or after, the current. */
  private int minimumSize() {
    if (current == null) {
      return 0;
    }
    Set<String> minimum = new HashSet<>(watermark);
    minimum.addAll(current.getMinimumWatermark());
    return minimum.size();
  }

  private void release(AdapterVersion version) {
    if (current != null && version.getVersion() < current.getVersion()) {
      return;
    }
    if (current != null && version.getVersion() > current.getVersion()) {
      earlier.addLast(current);
      if (earlier.size() > EARLIER_MAX) {
        earlier.removeFirst();
      }
    }
    current = version;
    withdrawn = null;
    // The current version is published again behind the one on trial, and does not end it.
    onTrial = isTrialUpTo(version.getVersion()) ? null : onTrial;
    latestExact = version.getExact() ? version : latestExact;
    watermark = Set.copyOf(version.getWatermark());
    if (version.getAdapterId() != null) {
      forgotten.remove(version.getAdapterId());
      forgotten.put(version.getAdapterId(), watermark.size());
      if (forgotten.size() > rememberedMax) {
        forgotten.remove(forgotten.keySet().iterator().next());
      }
    }
  }

  private void withdraw(AdapterVersion version) {
    VersionMove move = version.getMove();
    boolean onTrialOnly = move != null && move.getKind() == MoveKind.END_CANARY;
    takenBack.put(
        String.valueOf(version.getAdapterId()), onTrialOnly ? move.getMovedAt() : Instant.MAX);
    onTrial = isTrialUpTo(version.getVersion()) ? null : onTrial;
    earlier.removeIf(one -> one.getVersion() == version.getVersion());
    if (latestExact != null && latestExact.getVersion() == version.getVersion()) {
      latestExact = null;
    }
    if (current != null && current.getVersion() == version.getVersion()) {
      withdrawn = version;
      current = null;
      watermark = Set.of();
    }
  }

  /** Whether what is on trial has at most that number, so that the trial has ended. */
  private boolean isTrialUpTo(long version) {
    return onTrial != null && onTrial.getVersion() <= version;
  }
}
