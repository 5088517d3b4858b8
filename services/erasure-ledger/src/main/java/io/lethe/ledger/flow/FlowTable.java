package io.lethe.ledger.flow;

import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.UnlearningProgressed;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.schemas.kafka.RecordPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the workers and the catalog told, the newest of it. Each fact may be told again without
 * effect, and in any order between topics. Thread-safe and bounded; the eldest goes first.
 */
public final class FlowTable {
  private record Attempt(String forgetSetId, String adapterId, Instant trainedAt) {}

  private final int forgetSetsMax;
  private final int candidatesMax;
  private final int versionsMax;
  private final TreeMap<Long, ForgetSetFlow> setsBySequence = new TreeMap<>();
  private final Map<String, RecordPosition> positions = new HashMap<>();
  private final Map<String, Training> trainings = new LinkedHashMap<>();
  private final Map<Attempt, Candidate> candidates = new LinkedHashMap<>();
  private final TreeMap<Long, LineageVersion> versions = new TreeMap<>();

  /** An empty table that remembers so many of each. */
  public FlowTable(int forgetSetsMax, int candidatesMax, int versionsMax) {
    this.forgetSetsMax = forgetSetsMax;
    this.candidatesMax = candidatesMax;
    this.versionsMax = versionsMax;
  }

  /** A forget set closed, or was sent back; its record lies there. */
  public synchronized void closed(ForgetSetClosed event, RecordPosition position) {
    setsBySequence.putIfAbsent(event.getSequence(), ForgetSetFlow.of(event));
    positions.put(event.getForgetSetId(), position);
    while (setsBySequence.size() > forgetSetsMax) {
      positions.remove(setsBySequence.pollFirstEntry().getValue().forgetSetId());
    }
  }

  /** Where the newest record of the forget set lies, if the set is remembered. */
  public synchronized Optional<RecordPosition> positionOf(String forgetSetId) {
    return Optional.ofNullable(positions.get(forgetSetId));
  }

  /** A worker told where it stands. */
  public synchronized void progressed(UnlearningProgressed event) {
    trainings.remove(event.getForgetSetId());
    trainings.put(event.getForgetSetId(), Training.of(event));
    dropEldest(trainings, forgetSetsMax);
  }

  /** A candidate was trained. */
  public synchronized void trained(AdapterTrained event) {
    Candidate candidate = Candidate.of(event);
    candidates.put(
        new Attempt(candidate.forgetSetId(), candidate.adapterId(), candidate.trainedAt()),
        candidate);
    dropEldest(candidates, candidatesMax);
  }

  /** A version was released, or its status changed. */
  public synchronized void versioned(AdapterVersion event) {
    versions.put(event.getVersion(), LineageVersion.of(event));
    while (versions.size() > versionsMax) {
      versions.pollFirstEntry();
    }
  }

  /** The forget sets, the newest first. */
  public synchronized List<ForgetSetFlow> forgetSets(int limit) {
    Map<String, Candidate> lastCandidates = new HashMap<>();
    candidates.values().stream()
        .filter(candidate -> !candidate.exact())
        .forEach(candidate -> lastCandidates.put(candidate.forgetSetId(), candidate));
    Map<String, LineageVersion> firstVersions = new HashMap<>();
    versions.values().stream()
        .filter(version -> !version.trialOnly())
        .forEach(version -> firstVersions.putIfAbsent(version.forgetSetId(), version));
    return setsBySequence.descendingMap().values().stream()
        .limit(limit)
        .map(
            set ->
                set.with(
                    trainings.get(set.forgetSetId()),
                    lastCandidates.get(set.forgetSetId()),
                    firstVersions.get(set.forgetSetId())))
        .toList();
  }

  /** The forget set of that id, if it is remembered; none for null. */
  public Optional<ForgetSetFlow> forgetSet(String forgetSetId) {
    return forgetSets(forgetSetsMax).stream()
        .filter(set -> set.forgetSetId().equals(forgetSetId))
        .findFirst();
  }

  /** The candidates, the last one first. */
  public synchronized List<Candidate> candidates(int limit) {
    List<Candidate> all = new ArrayList<>(candidates.values());
    Collections.reverse(all);
    return List.copyOf(all.subList(0, Math.min(limit, all.size())));
  }

  /** Every candidate that was trained for the set, exact ones in its place too, the first first. */
  public synchronized List<Candidate> candidatesOf(String forgetSetId) {
    return candidates.values().stream()
        .filter(candidate -> candidate.forgetSetId().equals(forgetSetId))
        .toList();
  }

  /** The versions, the newest first. */
  public synchronized List<LineageVersion> versions(int limit) {
    Long current = newest(VersionStatus.RELEASED);
    Long onTrial = newest(VersionStatus.CANARY);
    return versions.descendingMap().values().stream()
        .limit(limit)
        .map(version -> version.among(current, onTrial))
        .toList();
  }

  /** The version of that number, if it is remembered; none for null. */
  public synchronized Optional<LineageVersion> version(Long number) {
    return number == null
        ? Optional.empty()
        : Optional.ofNullable(versions.get(number))
            .map(
                version ->
                    version.among(newest(VersionStatus.RELEASED), newest(VersionStatus.CANARY)));
  }

  /** Number of the newest version of that status; null where there is none. */
  private Long newest(VersionStatus status) {
    return versions.descendingMap().values().stream()
        .filter(version -> version.status().equals(status.name()))
        .map(LineageVersion::version)
        .findFirst()
        .orElse(null);
  }

  private static void dropEldest(Map<?, ?> entries, int most) {
    if (entries.size() > most) {
      entries.remove(entries.keySet().iterator().next());
    }
  }
}
