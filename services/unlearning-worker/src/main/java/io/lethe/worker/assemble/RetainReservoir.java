package io.lethe.worker.assemble;

import io.lethe.schemas.event.RetainSampled;
import io.lethe.schemas.event.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * The retain reservoir, followed from retain.sampled: samples the recommender was tuned on, and
 * held out ones. Thread-safe and bounded.
 */
public final class RetainReservoir {
  private static final Logger LOG = Logger.getLogger(RetainReservoir.class);

  /**
   * The reservoir at one moment, in order of slot, so that the same reservoir gives the same
   * adapter.
   */
  public record Contents(List<Sample> train, List<Sample> heldOut) {
    /** Without the given samples, which a forget set names. */
    Contents without(Set<String> sampleIds) {
      return new Contents(keep(train, sampleIds), keep(heldOut, sampleIds));
    }

    private static List<Sample> keep(List<Sample> samples, Set<String> left) {
      return samples.stream().filter(sample -> !left.contains(sample.getSampleId())).toList();
    }
  }

  private final int slotsMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final TreeMap<String, RetainSampled> slots = new TreeMap<>();
  private boolean warned;
  private boolean caughtUp;

  /**
   * An empty reservoir.
   *
   * @param slotsMax slots held at most; further ones are left out, with a warning
   */
  public RetainReservoir(int slotsMax) {
    this.slotsMax = slotsMax;
  }

  /** Takes a record of retain.sampled; null empties the slot. */
  public void apply(String slot, RetainSampled sampled) {
    lock.lock();
    try {
      if (sampled == null) {
        slots.remove(slot);
      } else if (slots.size() < slotsMax || slots.containsKey(slot)) {
        slots.put(slot, sampled);
      } else if (!warned) {
        warned = true;
        LOG.warnf(
            "retain.sampled holds more than %d slots; further ones are left out: raise"
                + " lethe.retain-slots-max",
            slotsMax);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Everything that the topic held at the start was applied. */
  public void caughtUp() {
    lock.lock();
    try {
      caughtUp = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What the reservoir holds, leaving out the samples of a forget set: once it was read to its end
   * and both slices hold at least {@code samplesMin}, or when the time is over.
   */
  public Contents await(Set<String> leftOut, int samplesMin, Duration limit)
      throws InterruptedException {
    lock.lock();
    try {
      long nanos = limit.toNanos();
      while (true) {
        Contents contents = contentsLocked(leftOut);
        boolean enough =
            caughtUp
                && contents.train().size() >= samplesMin
                && contents.heldOut().size() >= samplesMin;
        if (enough || nanos <= 0) {
          return contents;
        }
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private Contents contentsLocked(Set<String> leftOut) {
    List<Sample> train = new ArrayList<>();
    List<Sample> heldOut = new ArrayList<>();
    for (RetainSampled sampled : slots.values()) {
      (sampled.getHeldOut() ? heldOut : train).add(sampled.getSample());
    }
    return new Contents(train, heldOut).without(leftOut);
  }
}
