package io.lethe.worker.domain;

import io.lethe.schemas.WatermarkEntries;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.OverriddenRule;
import io.lethe.schemas.event.RuleOverride;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Knows which version is released, which candidates were published and so whether the next forget
 * set may start, and on which parent. Thread-safe: followers apply records, the training thread
 * asks and waits.
 *
 * <p>A set waits while a candidate is under way: published, continuing the version that is released
 * now, and neither released nor covered by its watermark, or exact. What a gate refused is waited
 * for only where two persons had it stored nevertheless, and only while the catalog may release it.
 * Nor is a candidate waited for whose parent is no longer the released adapter, since the catalog
 * refuses that one; so a gap in the sequence cannot hold the model up.
 */
public final class ParentTracker {
  /**
   * How long after an override has expired a release under it may still be on its way here, other
   * clocks included. Nothing unsafe follows from a later one: what was made on the parent before is
   * refused by the catalog.
   */
  static final Duration RELEASE_DELAY_MAX = Duration.ofSeconds(10);

  /** What is kept of a published candidate for a forget set. */
  private record Published(
      String forgetSetId,
      boolean accepted,
      String adapterId,
      Instant trainedAt,
      boolean changesAdapter,
      String parentAdapterId,
      List<String> requestIds,
      long sequence,
      String digest) {}

  private final int rememberedMax;
  private final String recommenderDigest;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Published> published = new LinkedHashMap<>();

  /** Adapter to whether the exact candidate in its place was accepted. */
  private final Map<String, Boolean> exactByParent = new LinkedHashMap<>();

  private final KnownVersions versions;
  private boolean caughtUp;
  private boolean stopped;

  /**
   * A tracker that knows nothing yet.
   *
   * @param recommenderDigest of the recommender this worker has loaded
   * @param rememberedMax candidates and versions remembered at most; the oldest go first
   */
  public ParentTracker(String recommenderDigest, int rememberedMax, Clock clock) {
    this.recommenderDigest = recommenderDigest;
    this.rememberedMax = rememberedMax;
    this.clock = clock;
    this.versions = new KnownVersions(rememberedMax);
  }

  /** Takes a record of adapter.version. */
  public void apply(AdapterVersion version) {
    lock.lock();
    try {
      versions.apply(version);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a record of adapter.trained, this worker's own included. */
  public void apply(AdapterTrained candidate) {
    lock.lock();
    try {
      if (candidate.getExact()) {
        rememberNewest(exactByParent, candidate.getParentAdapterId(), candidate.getAccepted());
      } else {
        rememberNewest(
            published,
            candidate.getForgetSetId(),
            new Published(
                candidate.getForgetSetId(),
                candidate.getAccepted(),
                candidate.getAdapterId(),
                candidate.getTrainedAt(),
                !Objects.equals(candidate.getAdapterId(), candidate.getParentAdapterId()),
                candidate.getParentAdapterId(),
                List.copyOf(candidate.getRequestIds()),
                candidate.getForgetSetSequence(),
                candidate.getForgetSetDigest()));
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The version that an exact tuning could take the place of right now: what is released, or what
   * was withdrawn with nothing in its place. Empty while that is exact, pinned or without adapter,
   * or another candidate is on its way. An adapter has one exact candidate: tuned again, it would
   * be the same.
   */
  public Optional<ReplayTarget> replayTarget() {
    lock.lock();
    try {
      AdapterVersion replaced =
          versions.current() == null ? versions.withdrawn() : versions.current();
      boolean approximate =
          caughtUp
              && replaced != null
              && !replaced.getExact()
              && replaced.getPin() == null
              && replaced.getAdapterId() != null
              && replaced.getRecommenderDigest().equals(recommenderDigest);
      if (!approximate
          || exactByParent.containsKey(replaced.getAdapterId())
          || published.values().stream().anyMatch(this::isUnderWay)) {
        return Optional.empty();
      }
      Published candidate = published.get(replaced.getForgetSetId());
      return Optional.of(
          new ReplayTarget(
              replaced.getModelId(),
              Parent.of(replaced),
              replaced.getForgetSetId(),
              candidate == null ? 0 : candidate.sequence(),
              candidate == null ? "" : candidate.digest(),
              versions.current() == null
                  ? Set.copyOf(replaced.getMinimumWatermark())
                  : versions.watermark()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the exact candidate in place of the adapter was read back from its topic.
   *
   * @param limit how long at most
   * @return false when it was not read in time, or the worker stops
   */
  public boolean awaitExactCandidate(String parentAdapterId, Duration limit) {
    lock.lock();
    try {
      long nanos = limit.toNanos();
      while (!exactByParent.containsKey(parentAdapterId) && !stopped && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return exactByParent.containsKey(parentAdapterId);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** The last exact version with an adapter that was released, whether or not it still is. */
  public Optional<Parent> latestExact() {
    lock.lock();
    try {
      return versions
          .latestExact()
          .filter(version -> version.getAdapterId() != null)
          .filter(version -> version.getRecommenderDigest().equals(recommenderDigest))
          .map(Parent::of);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether an adapter may yet be needed: to be served, to be continued, or as a candidate that the
   * catalog has not judged. Everything may while that cannot be told, because the topics are being
   * read or nothing is released.
   */
  public boolean mayBeNeeded(String adapterId) {
    lock.lock();
    try {
      return !caughtUp
          || versions.current() == null
          || versions.isInUse(adapterId)
          || published.values().stream()
              .anyMatch(one -> adapterId.equals(one.adapterId()) && isUnderWay(one));
    } finally {
      lock.unlock();
    }
  }

  /** Both topics were read to their end once. */
  public void caughtUp() {
    lock.lock();
    try {
      caughtUp = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes every waiting thread; from now on waiting fails at once. */
  public void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What may be done with the set right now. */
  public Claim claim(ForgetSetClosed set) {
    lock.lock();
    try {
      return claimLocked(set);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the set may start or is known to be a duplicate.
   *
   * @param limit how long at most; then the last {@link Claim.Wait} is returned
   * @throws JobInterruptedException when the worker stops meanwhile
   */
  public Claim await(ForgetSetClosed set, Duration limit) {
    lock.lock();
    try {
      long nanos = limit.toNanos();
      while (true) {
        if (stopped) {
          throw new JobInterruptedException("the worker stops");
        }
        Claim claim = claimLocked(set);
        if (!(claim instanceof Claim.Wait) || nanos <= 0) {
          return claim;
        }
        // An override ends by the clock alone, without a record that wakes.
        long slice = Math.min(nanos, nanosToTheEndOfTheOverride());
        nanos -= slice - changed.awaitNanos(slice);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobInterruptedException("the worker stops");
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something is applied, or the time is over, or the worker stops.
   *
   * @return true when the worker stops
   */
  public boolean awaitStop(Duration limit) {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(limit.toMillis());
      while (!stopped && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private Claim claimLocked(ForgetSetClosed set) {
    if (!caughtUp) {
      return new Claim.Wait("adapter.version and adapter.trained are still being read");
    }
    List<String> added = WatermarkEntries.of(set);
    if (versions.watermark().containsAll(added)) {
      return new Claim.Duplicate("a released version has forgotten this set");
    }
    AdapterVersion parent =
        versions.current() == null ? versions.inPlaceOfWithdrawn(added) : versions.current();
    if (parent == null) {
      return new Claim.Wait(
          versions.withdrawn() == null
              ? "adapter.version names no released version; start adapter-catalog for this model"
              : "version "
                  + versions.withdrawn().getVersion()
                  + " is withdrawn; its exact successor, or its own forget set redriven, comes first");
    }
    if (!parent.getRecommenderDigest().equals(recommenderDigest)) {
      return new Claim.Wait(
          "version "
              + parent.getVersion()
              + " belongs to another recommender than the one loaded; start the worker with the"
              + " recommender folder of the catalog");
    }
    Published own = published.get(set.getForgetSetId());
    // A refused candidate went with its set's offset, so the set comes again only where somebody
    // redrives it to have it tried anew.
    if (own != null && isPublishedOn(own, parent)) {
      return new Claim.Duplicate("its candidate is published and awaits release");
    }
    for (Published other : published.values()) {
      if (isUnderWay(other)) {
        return new Claim.Wait(
            "the candidate of forget set "
                + other.forgetSetId()
                + " is not released; see GET /v1/refusals of adapter-catalog");
      }
    }
    // Over a pin no exact candidate is released, so that nobody need wait for it.
    if (versions.current() != null
        && versions.current().getPin() == null
        && exactByParent.getOrDefault(versions.current().getAdapterId(), false)) {
      // Trained on the approximate adapter, the set's candidate would be stale at once.
      return new Claim.Wait(
          "the exact candidate in place of version "
              + versions.current().getVersion()
              + " is not released; see GET /v1/refusals of adapter-catalog");
    }
    Set<String> forgotten =
        versions.current() == null ? Set.copyOf(parent.getWatermark()) : versions.watermark();
    List<String> missing =
        set.getRequiredWatermark().stream().filter(entry -> !forgotten.contains(entry)).toList();
    return missing.isEmpty()
        ? new Claim.Train(Parent.of(parent))
        : new Claim.OutOfTurn(
            "holds requests of persons of whom an earlier forget set has samples that are not"
                + " forgotten (that of "
                + missing.get(0)
                + (missing.size() == 1 ? "" : ", and " + (missing.size() - 1) + " more")
                + "): its candidate was refused, or it is a dead letter; redrive that set, then"
                + " this one");
  }

  /** Whether two persons have set the utility floor aside for the time being. */
  public boolean isUtilityFloorOverridden() {
    lock.lock();
    try {
      RuleOverride override = utilityOverride();
      return override != null && clock.instant().isBefore(override.getExpiresAt());
    } finally {
      lock.unlock();
    }
  }

  private boolean isUnderWay(Published candidate) {
    AdapterVersion parent = versions.current() == null ? versions.earlier() : versions.current();
    return parent != null
        && (isPublishedOn(candidate, parent) || isOverriddenOn(candidate, parent))
        && (candidate.requestIds().isEmpty()
            ? candidate.changesAdapter()
            : !versions.watermark().containsAll(candidate.requestIds()));
  }

  private boolean isPublishedOn(Published candidate, AdapterVersion parent) {
    return candidate.accepted() && continues(candidate, parent);
  }

  /**
   * Whether the catalog tries or may yet release a candidate that the utility floor refused. One
   * made before this override was approved was decided on under an earlier one.
   */
  private boolean isOverriddenOn(Published candidate, AdapterVersion parent) {
    if (candidate.accepted() || candidate.adapterId() == null || !continues(candidate, parent)) {
      return false;
    }
    RuleOverride override = utilityOverride();
    return versions.isOnTrial(candidate.adapterId())
        || (override != null
            && !candidate.trainedAt().isBefore(override.getApprovedAt())
            && clock.instant().isBefore(endOf(override)));
  }

  private boolean continues(Published candidate, AdapterVersion parent) {
    return !versions.isTakenBack(candidate.adapterId(), candidate.trainedAt())
        && Objects.equals(candidate.parentAdapterId(), parent.getAdapterId());
  }

  /** The override of the utility floor that two persons agreed on, over by now or not; or null. */
  private RuleOverride utilityOverride() {
    RuleOverride override =
        versions.current() == null ? null : versions.current().getRuleOverride();
    return override != null
            && override.getRule() == OverriddenRule.UTILITY_FLOOR
            && override.getApprovedBy() != null
        ? override
        : null;
  }

  private long nanosToTheEndOfTheOverride() {
    RuleOverride override = utilityOverride();
    Instant now = clock.instant();
    return override == null || !now.isBefore(endOf(override))
        ? Long.MAX_VALUE
        : Duration.between(now, endOf(override)).toNanos();
  }

  private static Instant endOf(RuleOverride override) {
    return override.getExpiresAt().plus(RELEASE_DELAY_MAX);
  }

  private <V> void rememberNewest(Map<String, V> map, String key, V value) {
    map.remove(key);
    map.put(key, value);
    if (map.size() > rememberedMax) {
      map.remove(map.keySet().iterator().next());
    }
  }
}
