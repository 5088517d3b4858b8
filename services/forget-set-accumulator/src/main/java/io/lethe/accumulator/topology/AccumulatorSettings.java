package io.lethe.accumulator.topology;

import io.lethe.accumulator.domain.ClosingRules;
import io.lethe.accumulator.domain.ExpansionLimits;
import io.lethe.accumulator.domain.Lifecycles;
import io.lethe.accumulator.domain.RetainReservoir;
import io.lethe.accumulator.domain.UnlearningTime;
import io.lethe.schemas.sample.SampleRule;
import io.lethe.schemas.seal.DataKeys;
import java.time.Duration;
import java.util.Objects;

/**
 * What the topology is built from.
 *
 * @param modelId the recommender that must forget
 * @param subjectPartitions partitions of the topics keyed by subject
 * @param sampleRule how the recommender's samples were made
 * @param expansion bounds of one request
 * @param closing when a forget set closes
 * @param unlearningTime how long unlearning is expected to take
 * @param owedSetsMax closed sets without an accepted candidate that are remembered
 * @param dataKeys what requests' data is sealed under; stay the caller's to close
 * @param checkInterval how often age and deadlines are looked at
 * @param sweepInterval how often each log of persons' data gets a record, so that it compacts
 * @param reservoir size of the retain reservoir
 * @param stateOnDisk whether large stores lie on disk rather than in memory
 * @param lifecycles the lifecycles, observed in tests
 * @param observer learns of every closed set and of what is owed
 */
public record AccumulatorSettings(
    String modelId,
    int subjectPartitions,
    SampleRule sampleRule,
    ExpansionLimits expansion,
    ClosingRules closing,
    UnlearningTime unlearningTime,
    int owedSetsMax,
    DataKeys dataKeys,
    Duration checkInterval,
    Duration sweepInterval,
    RetainReservoir.Sizes reservoir,
    boolean stateOnDisk,
    Lifecycles lifecycles,
    Observer observer) {

  /** Every closed set names the model within the room that is kept for its fixed fields. */
  private static final int MODEL_ID_CHARACTERS_MAX = 64;

  public AccumulatorSettings {
    Objects.requireNonNull(sampleRule, "sampleRule");
    if (modelId.isBlank()
        || modelId.indexOf('/') >= 0
        || modelId.length() > MODEL_ID_CHARACTERS_MAX) {
      throw new IllegalArgumentException(
          "lethe.model-id must be a name of at most "
              + MODEL_ID_CHARACTERS_MAX
              + " characters without '/'.");
    }
    if (owedSetsMax < 1) {
      throw new IllegalArgumentException(
          "lethe.unlearning-time.owed-sets-max must be at least 1; got " + owedSetsMax + ".");
    }
    if (checkInterval.toMillis() < 1) {
      throw new IllegalArgumentException("lethe.close.check-interval must be at least 1 ms.");
    }
    if (sweepInterval.toMillis() < 1) {
      throw new IllegalArgumentException("lethe.sweep-interval must be at least 1 ms.");
    }
    if (expansion.partBytesMax() * 2L > closing.bytesMax()) {
      throw new IllegalArgumentException(
          "lethe.expansion.part-bytes-max must be at most half of lethe.close.bytes-max, so that"
              + " every part fits a set.");
    }
  }
}
