package io.lethe.accumulator.domain;

import io.lethe.accumulator.record.ReservoirEntry;
import io.lethe.schemas.event.Sample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A uniform sample of one slice of one partition, by hashed priority: of all samples the ones with
 * the lowest hash are kept. Which those are does not depend on the order of arrival, and a deletion
 * leaves a uniform sample of what remains.
 *
 * <p>As many spares as slots are kept, so that a deleted sample's slot is filled at once. Whatever
 * was ever turned away had a priority at or above the threshold; nothing at or above it is taken
 * again, or samples that came after a deletion would be favoured. Should more than half of the
 * slice be erased, slots stay empty.
 */
final class Reservoir {
  /** Where slots are written. */
  interface Effects {
    /** A slot's sample; null empties the slot. */
    void publish(int slot, Sample sample);
  }

  private static final int SPARE = -1;

  private static final class Candidate {
    private final String priority;
    private int slot;
    private Sample sample;

    Candidate(String priority, int slot, Sample sample) {
      this.priority = priority;
      this.slot = slot;
      this.sample = sample;
    }
  }

  private final int slots;
  private final String seed;
  private final ReservoirState state;
  private final Effects effects;
  private final Map<String, Candidate> bySampleId = new HashMap<>();

  /** Candidates by person and sample id: a walk over all of them would be paid by every profile. */
  private final Map<String, Map<String, Candidate>> bySubject = new HashMap<>();

  private final TreeMap<String, Candidate> slotted = new TreeMap<>();
  private final TreeMap<String, Candidate> spares = new TreeMap<>();
  private final TreeSet<Integer> emptySlots = new TreeSet<>();
  private String threshold;

  /**
   * Opens the slice as the state has it, cut to the number of slots and filled as far as spares go.
   */
  Reservoir(int slots, String seed, ReservoirState state, Effects effects) {
    this.slots = slots;
    this.seed = seed;
    this.state = state;
    this.effects = effects;
    for (int slot = 0; slot < slots; slot++) {
      emptySlots.add(slot);
    }
    state.load().forEach(this::open);
    while (spares.size() > slots) {
      turnAway(spares.lastEntry().getValue());
    }
    while (!emptySlots.isEmpty() && !spares.isEmpty()) {
      promote(spares.firstEntry().getValue(), emptySlots.pollFirst());
    }
  }

  /**
   * True when the sample is held, or would be if it were offered: whether assembling it is worth
   * the while.
   */
  boolean concerns(String sampleId) {
    return bySampleId.containsKey(sampleId) || isBelowThreshold(Digests.priority(seed, sampleId));
  }

  /** Takes the sample if its priority is among the lowest; replaces an earlier rendering of it. */
  void offer(Sample sample) {
    Candidate held = bySampleId.get(sample.getSampleId());
    if (held != null) {
      replace(held, sample);
      return;
    }
    String priority = Digests.priority(seed, sample.getSampleId());
    if (slots == 0 || !isBelowThreshold(priority)) {
      return;
    }
    Candidate candidate = new Candidate(priority, SPARE, sample);
    hold(candidate);
    if (!emptySlots.isEmpty()) {
      fill(candidate, emptySlots.pollFirst());
      return;
    }
    Candidate worst = slotted.lastEntry().getValue();
    if (priority.compareTo(worst.priority) < 0) {
      slotted.remove(worst.priority);
      int slot = worst.slot;
      keepAsSpare(worst);
      fill(candidate, slot);
    } else {
      keepAsSpare(candidate);
    }
    if (spares.size() > slots) {
      turnAway(spares.lastEntry().getValue());
    }
  }

  /** Takes the sample out; the best spare takes its slot, else the slot is emptied. */
  void remove(String sampleId) {
    Candidate candidate = bySampleId.get(sampleId);
    if (candidate == null) {
      return;
    }
    letGo(candidate);
    state.delete(candidate.priority);
    spares.remove(candidate.priority);
    if (slotted.remove(candidate.priority) == null) {
      return;
    }
    if (spares.isEmpty()) {
      emptySlots.add(candidate.slot);
      effects.publish(candidate.slot, null);
    } else {
      promote(spares.firstEntry().getValue(), candidate.slot);
    }
  }

  /** The person's samples in this slice, spares included. */
  List<Sample> of(String subjectRef) {
    return bySubject.getOrDefault(subjectRef, Map.of()).values().stream()
        .map(candidate -> candidate.sample)
        .toList();
  }

  private void open(ReservoirEntry entry) {
    if (entry.getSample() == null) {
      threshold = entry.getPriority();
      return;
    }
    Sample sample = InternalBytes.sample(entry.getSample());
    Candidate candidate = new Candidate(entry.getPriority(), entry.getSlot(), sample);
    hold(candidate);
    if (candidate.slot == SPARE) {
      spares.put(candidate.priority, candidate);
    } else if (emptySlots.remove(candidate.slot)) {
      slotted.put(candidate.priority, candidate);
    } else {
      // The reservoir was made smaller by configuration.
      effects.publish(candidate.slot, null);
      keepAsSpare(candidate);
    }
  }

  private void hold(Candidate candidate) {
    Sample sample = candidate.sample;
    bySampleId.put(sample.getSampleId(), candidate);
    bySubject
        .computeIfAbsent(sample.getSubjectRef(), subjectRef -> new HashMap<>())
        .put(sample.getSampleId(), candidate);
  }

  private void letGo(Candidate candidate) {
    Sample sample = candidate.sample;
    bySampleId.remove(sample.getSampleId());
    bySubject.computeIfPresent(
        sample.getSubjectRef(),
        (subjectRef, held) -> {
          held.remove(sample.getSampleId());
          return held.isEmpty() ? null : held;
        });
  }

  private void replace(Candidate held, Sample sample) {
    if (Objects.equals(held.sample, sample)) {
      return;
    }
    held.sample = sample;
    store(held);
    if (held.slot != SPARE) {
      effects.publish(held.slot, sample);
    }
  }

  private void promote(Candidate spare, int slot) {
    spares.remove(spare.priority);
    fill(spare, slot);
  }

  private void fill(Candidate candidate, int slot) {
    candidate.slot = slot;
    slotted.put(candidate.priority, candidate);
    store(candidate);
    effects.publish(slot, candidate.sample);
  }

  private void keepAsSpare(Candidate candidate) {
    candidate.slot = SPARE;
    spares.put(candidate.priority, candidate);
    store(candidate);
  }

  private void turnAway(Candidate candidate) {
    spares.remove(candidate.priority);
    letGo(candidate);
    state.delete(candidate.priority);
    threshold = candidate.priority;
    state.putThreshold(new ReservoirEntry(threshold, SPARE, null));
  }

  private void store(Candidate candidate) {
    state.put(
        new ReservoirEntry(candidate.priority, candidate.slot, InternalBytes.of(candidate.sample)));
  }

  private boolean isBelowThreshold(String priority) {
    return threshold == null || priority.compareTo(threshold) < 0;
  }
}
