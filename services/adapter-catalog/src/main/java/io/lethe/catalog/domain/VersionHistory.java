package io.lethe.catalog.domain;

import io.lethe.catalog.domain.VersionLifecycle.Event;
import io.lethe.catalog.domain.VersionLifecycle.State;
import io.lethe.schemas.event.AdapterVersion;
import java.util.Collections;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Where each version stands, as the records of adapter.version tell one after the other. */
final class VersionHistory {
  private final String modelId;
  private final String recommenderDigest;
  private final VersionLifecycle lifecycle;
  private final WatermarkBarrier barrier;
  private final TreeMap<Long, ReleasedVersion> versions = new TreeMap<>();
  private Watermark released = Watermark.empty();
  private long highest = -1;

  VersionHistory(
      String modelId,
      String recommenderDigest,
      VersionLifecycle lifecycle,
      WatermarkBarrier barrier) {
    this.modelId = modelId;
    this.recommenderDigest = recommenderDigest;
    this.lifecycle = lifecycle;
    this.barrier = barrier;
  }

  NavigableMap<Long, ReleasedVersion> versions() {
    return Collections.unmodifiableNavigableMap(versions);
  }

  /** What the version released last has forgotten, whether or not it was withdrawn since. */
  Watermark released() {
    return released;
  }

  /** Takes one record; see {@link Lineage#apply}. */
  void apply(AdapterVersion record) {
    requireOurs(record);
    ReleasedVersion known = versions.get(record.getVersion());
    highest = Math.max(highest, Math.max(record.getVersion(), record.getHighestVersion()));
    switch (record.getStatus()) {
      case WITHDRAWN -> withdraw(record, known);
      case CANARY -> trial(record, known);
      case RELEASED -> {
        if (known == null || known.state() == State.CANARY) {
          release(record, known);
        } else {
          restate(record, known);
        }
      }
      default ->
          throw new IllegalStateException(
              "version "
                  + record.getVersion()
                  + " has a status that a newer catalog wrote; upgrade this one");
    }
    barrier.raise(Watermark.of(record.getMinimumWatermark()));
  }

  Optional<ReleasedVersion> inState(State state) {
    return versions.descendingMap().values().stream()
        .filter(known -> known.state() == state)
        .findFirst();
  }

  /**
   * What a version has forgotten. Only of served ones the lists are kept: of an earlier one it is
   * the minimum without what was added since, which its digest proves.
   *
   * @return empty where compaction removed a version that added something since
   */
  Optional<Watermark> watermarkOf(ReleasedVersion known) {
    Watermark kept = Watermark.of(known.version().getWatermark());
    if (kept.digest().equals(known.version().getWatermarkDigest())) {
      return Optional.of(kept);
    }
    Set<String> since = new HashSet<>();
    versions
        .tailMap(known.version().getVersion(), false)
        .values()
        .forEach(later -> since.addAll(later.version().getNewRequestIds()));
    Watermark without =
        Watermark.of(
            barrier.minimum().sorted().stream().filter(id -> !since.contains(id)).toList());
    return Optional.of(without)
        .filter(derived -> derived.digest().equals(known.version().getWatermarkDigest()));
  }

  private void trial(AdapterVersion record, ReleasedVersion known) {
    if (known == null) {
      requireForward(record);
      versions.put(
          record.getVersion(),
          ReleasedVersion.released(record, lifecycle.next(State.PROPOSED, Event.TRY)));
    } else if (known.state() == State.CANARY) {
      versions.put(record.getVersion(), ReleasedVersion.released(record, State.CANARY));
    }
  }

  private void release(AdapterVersion record, ReleasedVersion onTrial) {
    if (onTrial == null) {
      requireForward(record);
    }
    inState(State.RELEASED)
        .ifPresent(
            latest ->
                versions.put(
                    latest.version().getVersion(),
                    latest.retired(lifecycle.next(State.RELEASED, Event.SUPERSEDE))));
    State state =
        onTrial == null
            ? lifecycle.next(State.PROPOSED, Event.RELEASE)
            : lifecycle.next(State.CANARY, Event.PROMOTE);
    versions.put(record.getVersion(), ReleasedVersion.released(record, state));
    released = Watermark.of(record.getWatermark());
    barrier.raise(released);
  }

  /**
   * The current version published again: with another signature, pin, override or plan. Of any
   * other version it is an old record read again.
   */
  private void restate(AdapterVersion record, ReleasedVersion known) {
    if (known.state() == State.RELEASED && bare(record).equals(bare(known.version()))) {
      versions.put(record.getVersion(), ReleasedVersion.released(record, State.RELEASED));
    }
  }

  /** The version without all that may be changed about it. */
  private static AdapterVersion bare(AdapterVersion version) {
    return AdapterVersion.newBuilder(version)
        .setSignature(null)
        .setCanary(null)
        .setPin(null)
        .setRuleOverride(null)
        .setMove(null)
        .setHighestVersion(-1L)
        .build();
  }

  private void withdraw(AdapterVersion record, ReleasedVersion known) {
    State from = known == null ? State.RELEASED : known.state();
    if (from != State.WITHDRAWN) {
      int size = known == null ? record.getWatermark().size() : known.watermarkSize();
      versions.put(
          record.getVersion(),
          new ReleasedVersion(record, size, from).retired(lifecycle.next(from, Event.WITHDRAW)));
    }
  }

  private void requireForward(AdapterVersion record) {
    if (!versions.isEmpty() && record.getVersion() < versions.lastKey()) {
      throw new IllegalStateException(
          "adapter.version goes back from version "
              + versions.lastKey()
              + " to "
              + record.getVersion()
              + "; another writer has written to it: stop it, then restart the catalog");
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
              + CandidateCheck.shortId(record.getRecommenderDigest())
              + ", this catalog was started with "
              + CandidateCheck.shortId(recommenderDigest)
              + "; start it with that recommender, or give the new one its own lethe.model-id");
    }
  }

  /** The highest number ever given, to versions too that compaction removed. */
  long latestNumber() {
    return highest;
  }
}
