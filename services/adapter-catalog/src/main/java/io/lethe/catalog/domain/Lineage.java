package io.lethe.catalog.domain;

import io.lethe.catalog.domain.VersionLifecycle.Event;
import io.lethe.catalog.domain.VersionLifecycle.State;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.MoveKind;
import io.lethe.schemas.event.OverriddenRule;
import io.lethe.schemas.event.VersionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All versions of one model, rebuilt from adapter.version, and the rule by which a candidate
 * becomes the next one.
 *
 * <p>{@link #decide} changes nothing: the caller publishes the decision first and calls {@link
 * #apply} only after the transaction has committed, so that the lineage never runs ahead of the
 * topic. Not thread-safe; the release loop owns it.
 */
public final class Lineage {
  /** The version that a candidate continues, and what that one has forgotten. */
  private record Base(AdapterVersion parent, Watermark watermark) {}

  private final String modelId;
  private final String recommenderDigest;
  private final int watermarkLimit;
  private final VersionLifecycle lifecycle;
  private final WatermarkBarrier barrier;
  private final CandidateCheck check;
  private final VersionHistory history;

  /**
   * An empty lineage.
   *
   * @param recommenderDigest hex SHA-256 of the recommender that every version must be trained on
   * @param watermarkLimit most requests a watermark may hold
   */
  public Lineage(
      String modelId, String recommenderDigest, int watermarkLimit, VersionLifecycle lifecycle) {
    this(modelId, recommenderDigest, watermarkLimit, lifecycle, new WatermarkBarrier());
  }

  /**
   * As above.
   *
   * @param barrier tells what may be served, nothing raised yet
   */
  public Lineage(
      String modelId,
      String recommenderDigest,
      int watermarkLimit,
      VersionLifecycle lifecycle,
      WatermarkBarrier barrier) {
    this.modelId = modelId;
    this.recommenderDigest = recommenderDigest;
    this.watermarkLimit = watermarkLimit;
    this.lifecycle = lifecycle;
    this.barrier = barrier;
    this.check = new CandidateCheck(recommenderDigest);
    this.history = new VersionHistory(modelId, recommenderDigest, lifecycle, barrier);
  }

  /** Version 0: the recommender without adapter, with an empty watermark. */
  public AdapterVersion bareVersion(Instant releasedAt) {
    return AdapterVersion.newBuilder()
        .setModelId(modelId)
        .setVersion(0L)
        .setStatus(VersionStatus.RELEASED)
        .setRecommenderDigest(recommenderDigest)
        .setWatermarkDigest(Watermark.empty().digest())
        .setReleasedAt(releasedAt)
        .build();
  }

  /**
   * Takes a record of adapter.version into the lineage, at start or after its transaction
   * committed.
   *
   * @throws IllegalStateException when the record belongs to another model or recommender, goes
   *     back in version numbers, or has a status that this catalog does not know
   */
  public void apply(AdapterVersion record) {
    history.apply(record);
  }

  /** What becomes of the candidate, given everything applied so far. */
  public Decision decide(AdapterTrained candidate, Instant now) {
    if (isReleased(candidate)) {
      return new Decision.AlreadyReleased(history.latestNumber());
    }
    Optional<AdapterVersion> current = current().map(ReleasedVersion::version);
    Optional<Decision.Refuse> refusal =
        check.refusal(candidate, isOverridden(OverriddenRule.UTILITY_FLOOR, now));
    if (refusal.isPresent()) {
      return refused(refusal.get().reason(), refusal.get().detail());
    }
    if (canary().isPresent()) {
      return refused(
          RefusalReason.CANARY_RUNNING, "it is version " + canary().get().version().getVersion());
    }
    if (isWithdrawn(candidate.getAdapterId())) {
      return refused(
          RefusalReason.ADAPTER_WITHDRAWN, CandidateCheck.shortId(candidate.getAdapterId()));
    }
    Optional<Base> base = baseOf(candidate);
    if (base.isEmpty()) {
      return refused(
          current.isPresent() ? RefusalReason.PARENT_NOT_RELEASED : RefusalReason.NOTHING_RELEASED,
          "parent is "
              + CandidateCheck.shortId(candidate.getParentAdapterId())
              + current
                  .map(
                      version ->
                          ", released is "
                              + CandidateCheck.shortId(version.getAdapterId())
                              + " as version "
                              + version.getVersion())
                  .orElse(", the highest version is " + history.latestNumber()));
    }
    // A set is released even where it names no request: a later set may name one whose samples it
    // held. So only what merely takes the current adapter's place is held off.
    if (candidate.getExact()
        && current.filter(version -> version.getPin() != null).isPresent()
        && !isOverridden(OverriddenRule.PIN, now)) {
      return refused(RefusalReason.PINNED, "version " + current.get().getVersion() + " is current");
    }
    return releaseAt(candidate, base.get(), now);
  }

  /** The version that servers must serve; empty when the latest was withdrawn. */
  public Optional<ReleasedVersion> current() {
    return history.inState(State.RELEASED);
  }

  /** The version on trial beside the current one. */
  public Optional<ReleasedVersion> canary() {
    return history.inState(State.CANARY);
  }

  /** Whether two persons have set the rule aside, and its time is not over. */
  public boolean isOverridden(OverriddenRule rule, Instant now) {
    return current().filter(known -> Overrides.inForce(known.version(), rule, now)).isPresent();
  }

  /** Requests that any version must cover to be served from now on. */
  public Watermark minimumWatermark() {
    return barrier.minimum();
  }

  /** Every version known, oldest first. */
  public List<ReleasedVersion> versions() {
    return List.copyOf(history.versions().values());
  }

  public boolean isEmpty() {
    return history.versions().isEmpty();
  }

  Optional<ReleasedVersion> find(long version) {
    return Optional.ofNullable(history.versions().get(version));
  }

  long nextNumber() {
    return history.latestNumber() + 1;
  }

  boolean admits(Watermark watermark) {
    return barrier.admits(watermark);
  }

  Optional<Watermark> watermarkOf(ReleasedVersion known) {
    return history.watermarkOf(known);
  }

  /**
   * A candidate continues the current version. Where that was withdrawn, it may continue any
   * adapter that was served once, the withdrawn one too: the barrier sees to it that it has
   * forgotten enough, and the gates have seen to the rest.
   */
  private Optional<Base> baseOf(AdapterTrained candidate) {
    Optional<ReleasedVersion> current = current();
    Stream<ReleasedVersion> parents =
        current.isPresent()
            ? current.stream()
            : history.versions().descendingMap().values().stream()
                .filter(known -> !isEndedCanary(known));
    return parents
        .filter(
            known -> Objects.equals(known.version().getAdapterId(), candidate.getParentAdapterId()))
        .flatMap(
            known ->
                watermarkOf(known).map(watermark -> new Base(known.version(), watermark)).stream())
        .findFirst();
  }

  private Decision releaseAt(AdapterTrained candidate, Base base, Instant now) {
    Watermark watermark = base.watermark().plus(candidate.getRequestIds());
    if (!barrier.admits(watermark)) {
      return refused(
          RefusalReason.BELOW_MINIMUM_WATERMARK,
          watermark.missingFrom(barrier.minimum())
              + " of "
              + barrier.minimum().size()
              + " requests are missing");
    }
    if (watermark.size() > watermarkLimit) {
      return refused(
          RefusalReason.WATERMARK_TOO_LARGE,
          watermark.size() + " requests, the limit is " + watermarkLimit);
    }
    // What it covers is demanded of whatever follows without being said twice: the record would
    // hold half as many requests.
    AdapterVersion.Builder next =
        AdapterVersion.newBuilder()
            .setModelId(modelId)
            .setVersion(nextNumber())
            .setStatus(VersionStatus.RELEASED)
            .setAdapterId(candidate.getAdapterId())
            .setParentAdapterId(candidate.getParentAdapterId())
            .setUri(candidate.getUri())
            .setRecommenderDigest(recommenderDigest)
            .setForgetSetId(candidate.getForgetSetId())
            .setNewRequestIds(List.copyOf(candidate.getRequestIds()))
            .setWatermark(watermark.sorted())
            .setWatermarkDigest(watermark.digest())
            .setGates(List.copyOf(candidate.getGates()))
            .setMethod(candidate.getMethod())
            .setReleasedAt(now)
            .setExact(isExact(candidate, base.parent()));
    return current()
        .map(known -> over(known.version(), next, now))
        .orElseGet(() -> new Decision.Release(next.build(), null));
  }

  /** The next version in place of the current one, or beside it where a canary was asked for. */
  private Decision over(AdapterVersion current, AdapterVersion.Builder next, Instant now) {
    boolean sameAdapter = Objects.equals(current.getAdapterId(), next.getAdapterId());
    if (current.getCanary() != null && !sameAdapter) {
      next.setStatus(VersionStatus.CANARY).setCanary(current.getCanary());
      return new Decision.Release(
          next.build(),
          AdapterVersion.newBuilder(current)
              .setCanary(null)
              .setMove(null)
              .setHighestVersion(next.getVersion())
              .build());
    }
    boolean pinGoesOn = sameAdapter || isOverridden(OverriddenRule.PIN, now);
    return new Decision.Release(
        next.setCanary(current.getCanary())
            .setPin(pinGoesOn ? current.getPin() : null)
            .setRuleOverride(Overrides.carried(current, now))
            .build(),
        null);
  }

  /**
   * Requests that held nothing change no adapter, so a version that only adds such requests is as
   * exact as the one before it; without an adapter there has never been another kind of request.
   */
  private static boolean isExact(AdapterTrained candidate, AdapterVersion parent) {
    boolean nothingApproximated = parent.getAdapterId() == null || parent.getExact();
    return candidate.getExact() || (CandidateCheck.isUnchanged(candidate) && nothingApproximated);
  }

  /**
   * Compaction may have removed the version that added a forget set, but never what it added: that
   * stays in every later watermark. A set of mere parts of a request that a worker of an earlier
   * release trained added nothing, so its name alone tells. A withdrawn version's set may come
   * again.
   */
  private boolean isReleased(AdapterTrained candidate) {
    if (candidate.getExact()) {
      return isReleasedExact(candidate);
    }
    boolean named =
        history.versions().values().stream()
            .filter(known -> known.state() != State.WITHDRAWN)
            .anyMatch(known -> candidate.getForgetSetId().equals(known.version().getForgetSetId()));
    return named
        || (current().isPresent()
            && (!candidate.getRequestIds().isEmpty() || CandidateCheck.isUnchanged(candidate))
            && history.released().containsAll(candidate.getRequestIds()));
  }

  /**
   * An exact candidate adds no request and names a set released before, so its adapter tells;
   * unless it continues what is released now. Then the requests added since held nothing that was
   * tuned on, and the earlier exact adapter is theirs too, as a version of its own.
   */
  private boolean isReleasedExact(AdapterTrained candidate) {
    boolean continues =
        current()
            .map(ReleasedVersion::version)
            .filter(version -> !version.getExact())
            .filter(
                version -> Objects.equals(version.getAdapterId(), candidate.getParentAdapterId()))
            .isPresent();
    return !continues
        && candidate.getAdapterId() != null
        && history.versions().values().stream()
            .filter(known -> known.state() != State.WITHDRAWN)
            .map(ReleasedVersion::version)
            .anyMatch(
                known -> known.getExact() && candidate.getAdapterId().equals(known.getAdapterId()));
  }

  /** An adapter that is current again, as one with a larger watermark, is none of them. */
  private boolean isWithdrawn(String adapterId) {
    return adapterId != null
        && current().filter(known -> adapterId.equals(known.version().getAdapterId())).isEmpty()
        && history.versions().values().stream()
            .filter(known -> known.state() == State.WITHDRAWN && !isEndedCanary(known))
            .anyMatch(known -> adapterId.equals(known.version().getAdapterId()));
  }

  private static boolean isEndedCanary(ReleasedVersion known) {
    return known.state() == State.CANARY
        || (known.version().getMove() != null
            && known.version().getMove().getKind() == MoveKind.END_CANARY
            && known.state() == State.WITHDRAWN);
  }

  private Decision.Refuse refused(RefusalReason reason, String detail) {
    lifecycle.next(State.PROPOSED, Event.REFUSE);
    return new Decision.Refuse(reason, detail);
  }
}
