package io.lethe.accumulator.domain;

import io.lethe.schemas.event.RetainSampled;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.sample.SampleAssembler;
import io.lethe.schemas.sample.SampleRule;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The two slices of a partition's reservoir: what the model was tuned on, and what it never saw.
 */
public final class RetainReservoir {
  /** Where slots are written. */
  public interface Effects {
    /** A slot's record; null is its tombstone. */
    void publish(String slot, RetainSampled record);
  }

  /**
   * Size of the reservoir, all partitions together.
   *
   * @param trainSize slots for samples the model was tuned on
   * @param heldSize slots for samples it never saw
   * @param seed another seed draws another sample
   */
  public record Sizes(int trainSize, int heldSize, String seed) {
    public Sizes {
      if (trainSize < 1 || heldSize < 1) {
        throw new IllegalArgumentException(
            "lethe.reservoir.train-size and lethe.reservoir.held-size must be at least 1; got "
                + trainSize
                + " and "
                + heldSize
                + ".");
      }
    }

    /** This partition's share of a total; the first partitions take the rest. */
    static int share(int total, int partition, int partitions) {
      return total / partitions + (partition < total % partitions ? 1 : 0);
    }
  }

  private static final String TRAIN = "train";
  private static final String HELD = "held";

  private final SampleRule rule;
  private final Reservoir train;
  private final Reservoir held;

  /** Opens a partition's reservoir as the states have it. */
  public RetainReservoir(
      SampleRule rule,
      Sizes sizes,
      int partition,
      int partitions,
      ReservoirState trainState,
      ReservoirState heldState,
      Effects effects) {
    this.rule = rule;
    this.train =
        new Reservoir(
            Sizes.share(sizes.trainSize(), partition, partitions),
            sizes.seed(),
            trainState,
            (slot, sample) -> publish(effects, TRAIN, partition, slot, sample));
    this.held =
        new Reservoir(
            Sizes.share(sizes.heldSize(), partition, partitions),
            sizes.seed(),
            heldState,
            (slot, sample) -> publish(effects, HELD, partition, slot, sample));
  }

  boolean concerns(String subjectRef, String itemId, Instant recordedAt) {
    String sampleId = SampleAssembler.sampleId(subjectRef, itemId, recordedAt);
    return sliceOf(recordedAt).concerns(sampleId);
  }

  void offer(Sample sample) {
    sliceOf(sample.getRecordedAt()).offer(sample);
  }

  void remove(String subjectRef, String itemId, Instant recordedAt) {
    sliceOf(recordedAt).remove(SampleAssembler.sampleId(subjectRef, itemId, recordedAt));
  }

  List<Sample> of(String subjectRef) {
    return Stream.concat(train.of(subjectRef).stream(), held.of(subjectRef).stream()).toList();
  }

  private Reservoir sliceOf(Instant recordedAt) {
    return recordedAt.isBefore(rule.trainUntil()) ? train : held;
  }

  private static void publish(
      Effects effects, String slice, int partition, int number, Sample sample) {
    String slot = slice + '-' + partition + '-' + number;
    effects.publish(
        slot, sample == null ? null : new RetainSampled(slot, slice.equals(HELD), sample));
  }
}
