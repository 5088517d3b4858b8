package io.lethe.catalog.domain;

import io.lethe.catalog.domain.VersionLifecycle.Event;
import io.lethe.catalog.domain.VersionLifecycle.State;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.GateResult;
import io.lethe.schemas.event.VersionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All versions of one model, rebuilt from adapter.version, and the rule by which a candidate
 * becomes the next one.
 *
 * <p>{@link #decide} changes nothing: the caller publishes the decision first and calls {@link
 * #apply} only after the transaction has committed, so that the lineage never runs ahead of the
 * topic. Not thread-safe; the release loop owns it.
 */
public final class Lineage {
  private final String modelId;
  private final String recommenderDigest;
  private final int watermarkLimit;
  private final VersionLifecycle lifecycle;
  private final TreeMap<Long, ReleasedVersion> versions = new TreeMap<>();
  private Watermark minimum = Watermark.empty();
  private Watermark released = Watermark.empty();

  /**
   * An empty lineage.
   *
   * @param recommenderDigest hex SHA-256 of the recommender that every version must be trained on
   * @param watermarkLimit most requests a watermark may hold
   */
  public Lineage(
      String modelId, String recommenderDigest, int watermarkLimit, VersionLifecycle lifecycle) {
    this.modelId = modelId;
    this.recommenderDigest = recommenderDigest;
    this.watermarkLimit = watermarkLimit;
    this.lifecycle = lifecycle;
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
   * @throws IllegalStateException when the record belongs to another model or recommender, or goes
   *     back in version numbers
   */
  public void apply(AdapterVersion record) {
    requireOurs(record);
    long number = record.getVersion();
    if (record.getStatus() == VersionStatus.WITHDRAWN) {
      withdraw(record);
    } else if (versions.containsKey(number)) {
      // The same record read again changes nothing.
      return;
    } else {
      release(record);
    }
    minimum = minimum.plus(record.getMinimumWatermark());
  }

  /** What becomes of the candidate, given everything applied so far. */
  public Decision decide(AdapterTrained candidate, Instant releasedAt) {
    if (isReleased(candidate)) {
      return new Decision.AlreadyReleased(latestNumber());
    }
    Optional<Decision.Refuse> refusal = refusalOfCandidate(candidate);
    if (refusal.isPresent()) {
      return refused(refusal.get());
    }
    Optional<ReleasedVersion> current = current();
    if (current.isEmpty()) {
      return refused(
          new Decision.Refuse(
              RefusalReason.NOTHING_RELEASED, "the highest version is " + latestNumber()));
    }
    AdapterVersion parent = current.get().version();
    if (!Objects.equals(candidate.getParentAdapterId(), parent.getAdapterId())) {
      return refused(
          new Decision.Refuse(
              RefusalReason.PARENT_NOT_RELEASED,
              "parent is "
                  + shortId(candidate.getParentAdapterId())
                  + ", released is "
                  + shortId(parent.getAdapterId())
                  + " as version "
                  + parent.getVersion()));
    }
    return releaseAt(
        candidate,
        released.plus(candidate.getRequestIds()),
        isExact(candidate, parent),
        releasedAt);
  }

  /** The version that servers must serve; empty when the latest was withdrawn. */
  public Optional<ReleasedVersion> current() {
    return versions.isEmpty() || versions.lastEntry().getValue().state() != State.RELEASED
        ? Optional.empty()
        : Optional.of(versions.lastEntry().getValue());
  }

  /** Requests that any version must cover to be served from now on. */
  public Watermark minimumWatermark() {
    return minimum;
  }

  /** Every version known, oldest first. */
  public List<ReleasedVersion> versions() {
    return List.copyOf(versions.values());
  }

  public boolean isEmpty() {
    return versions.isEmpty();
  }

  private Decision releaseAt(
      AdapterTrained candidate, Watermark watermark, boolean exact, Instant releasedAt) {
    if (!watermark.covers(minimum)) {
      return refused(
          new Decision.Refuse(
              RefusalReason.BELOW_MINIMUM_WATERMARK,
              watermark.missingFrom(minimum) + " of " + minimum.size() + " requests are missing"));
    }
    if (watermark.size() > watermarkLimit) {
      return refused(
          new Decision.Refuse(
              RefusalReason.WATERMARK_TOO_LARGE,
              watermark.size() + " requests, the limit is " + watermarkLimit));
    }
    // What it covers is demanded of whatever follows without being said twice: the record would
    // hold half as many requests.
    return new Decision.Release(
        AdapterVersion.newBuilder()
            .setModelId(modelId)
            .setVersion(latestNumber() + 1)
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
            .setReleasedAt(releasedAt)
            .setExact(exact)
            .build());
  }

  /**
   * Requests that held nothing change no adapter, so a version that only adds such requests is as
   * exact as the one before it; without an adapter there has never been another kind of request.
   */
  private static boolean isExact(AdapterTrained candidate, AdapterVersion parent) {
    boolean nothingApproximated = parent.getAdapterId() == null || parent.getExact();
    return candidate.getExact() || (isUnchanged(candidate) && nothingApproximated);
  }

  private static boolean isUnchanged(AdapterTrained candidate) {
    return Objects.equals(candidate.getAdapterId(), candidate.getParentAdapterId())
        && candidate.getSteps() == 0;
  }

  private Optional<Decision.Refuse> refusalOfCandidate(AdapterTrained candidate) {
    if (!candidate.getAccepted()) {
      return refusal(RefusalReason.NOT_ACCEPTED, failedGates(candidate));
    }
    if (candidate.getGates().stream().anyMatch(gate -> !gate.getPassed())) {
      return refusal(RefusalReason.GATE_FAILED, failedGates(candidate));
    }
    if (!candidate.getRecommenderDigest().equals(recommenderDigest)) {
      return refusal(
          RefusalReason.RECOMMENDER_DIFFERS,
          "trained on "
              + shortId(candidate.getRecommenderDigest())
              + ", the catalog holds "
              + shortId(recommenderDigest));
    }
    if (candidate.getExact() && !candidate.getRequestIds().isEmpty()) {
      return refusal(
          RefusalReason.EXACT_ADDS_REQUESTS,
          candidate.getRequestIds().size() + " requests would be new");
    }
    if (isUnchanged(candidate) && !candidate.getExact()) {
      return Optional.empty();
    }
    if (candidate.getAdapterId() == null || candidate.getUri() == null) {
      return refusal(
          RefusalReason.INCOMPLETE,
          "adapter id is "
              + shortId(candidate.getAdapterId())
              + ", uri present: "
              + (candidate.getUri() != null));
    }
    return candidate.getGates().isEmpty()
        ? refusal(RefusalReason.NO_GATES, candidate.getSteps() + " steps without a gate")
        : Optional.empty();
  }

  /**
   * Compaction may have removed the version that added a forget set, but never the requests it
   * added: they stay in every later watermark. A set of mere parts of a request adds none, so its
   * name alone tells.
   */
  private boolean isReleased(AdapterTrained candidate) {
    if (candidate.getExact()) {
      return isReleasedExact(candidate);
    }
    boolean named =
        versions.values().stream()
            .anyMatch(known -> candidate.getForgetSetId().equals(known.version().getForgetSetId()));
    return named
        || (current().isPresent()
            && (!candidate.getRequestIds().isEmpty() || isUnchanged(candidate))
            && released.containsAll(candidate.getRequestIds()));
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
        && versions.values().stream()
            .map(ReleasedVersion::version)
            .anyMatch(
                known -> known.getExact() && candidate.getAdapterId().equals(known.getAdapterId()));
  }

  private void release(AdapterVersion record) {
    long number = record.getVersion();
    if (!versions.isEmpty()) {
      ReleasedVersion latest = versions.lastEntry().getValue();
      if (number < versions.lastKey()) {
        throw new IllegalStateException(
            "adapter.version goes back from version "
                + versions.lastKey()
                + " to "
                + number
                + "; another writer has written to it: stop it, then restart the catalog");
      }
      if (latest.state() == State.RELEASED) {
        versions.put(
            latest.version().getVersion(),
            latest.retired(lifecycle.next(State.RELEASED, Event.SUPERSEDE)));
      }
    }
    versions.put(
        number, ReleasedVersion.released(record, lifecycle.next(State.PROPOSED, Event.RELEASE)));
    released = Watermark.of(record.getWatermark());
    minimum = minimum.plus(released);
  }

  private void withdraw(AdapterVersion record) {
    ReleasedVersion known = versions.get(record.getVersion());
    State from = known == null ? State.RELEASED : known.state();
    if (from != State.WITHDRAWN) {
      versions.put(
          record.getVersion(),
          ReleasedVersion.released(record, from).retired(lifecycle.next(from, Event.WITHDRAW)));
    }
  }

  private void requireOurs(AdapterVersion record) {
    if (!record.getModelId().equals(modelId)) {
      throw new IllegalStateException(
          "adapter.version holds a version of another model under this key; set lethe.model-id");
    }
    if (!record.getRecommenderDigest().equals(recommenderDigest)) {
      throw new IllegalStateException(
          "version "
              + record.getVersion()
              + " was trained on recommender "
              + shortId(record.getRecommenderDigest())
              + ", this catalog was started with "
              + shortId(recommenderDigest)
              + "; start it with that recommender, or give the new one its own lethe.model-id");
    }
  }

  private long latestNumber() {
    return versions.isEmpty() ? -1 : versions.lastKey();
  }

  private Decision.Refuse refused(Decision.Refuse refusal) {
    lifecycle.next(State.PROPOSED, Event.REFUSE);
    return refusal;
  }

  private static Optional<Decision.Refuse> refusal(RefusalReason reason, String detail) {
    return Optional.of(new Decision.Refuse(reason, detail));
  }

  private static String failedGates(AdapterTrained candidate) {
    List<String> failed =
        candidate.getGates().stream()
            .filter(gate -> !gate.getPassed())
            .map(GateResult::getGate)
            .toList();
    return failed.isEmpty() ? "no gate failed" : "failed gates: " + String.join(", ", failed);
  }

  private static String shortId(String id) {
    return id == null ? "none" : id.substring(0, Math.min(12, id.length()));
  }
}
