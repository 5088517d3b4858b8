package io.lethe.catalog.release;

import io.lethe.catalog.domain.Decision;
import io.lethe.catalog.domain.Lineage;
import io.lethe.catalog.domain.RefusalReason;
import io.lethe.catalog.domain.ReleasedVersion;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.schemas.kafka.RecordPosition;
import io.lethe.schemas.kafka.UnwritableDeadLetterException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jboss.logging.Logger;

/**
 * Decides on candidates one at a time. Each decision commits together with the candidate's offset,
 * and the lineage follows only then.
 */
public final class CandidateDesk {
  private static final Logger LOG = Logger.getLogger(CandidateDesk.class);

  private final String modelId;
  private final Lineage lineage;
  private final VersionWriter writer;
  private final Deserializer<AdapterTrained> candidates;
  private final CatalogView view;
  private final ReleaseMetrics metrics;
  private final Clock clock;

  public CandidateDesk(
      String modelId,
      Lineage lineage,
      VersionWriter writer,
      Deserializer<AdapterTrained> candidates,
      CatalogView view,
      ReleaseMetrics metrics,
      Clock clock) {
    this.modelId = modelId;
    this.lineage = lineage;
    this.writer = writer;
    this.candidates = candidates;
    this.view = view;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Publishes version 0 where the model has no version yet; and the current version once more where
   * this catalog's signature is missing, which servers that ask for it would refuse.
   */
  public void open() {
    if (lineage.isEmpty()) {
      AdapterVersion bare = lineage.bareVersion(clock.instant().truncatedTo(ChronoUnit.MILLIS));
      writer.commit(bare);
      lineage.apply(bare);
      LOG.infof("version 0 released: model=%s, the recommender without adapter", modelId);
    }
    lineage.current().map(ReleasedVersion::version).filter(writer::mustSign).ifPresent(this::sign);
    view.show(lineage);
  }

  private void sign(AdapterVersion version) {
    // The writer signs what it writes; the version itself and its number stay as they were.
    writer.commit(version);
    LOG.infof("version %d published again with this catalog's signature", version.getVersion());
  }

  /**
   * Takes one record of adapter.trained through to its commit.
   *
   * @throws org.apache.kafka.common.KafkaException when the commit failed or the registry is away;
   *     nothing is decided then
   */
  public void take(ConsumerRecord<byte[], byte[]> record) {
    AdapterTrained candidate;
    try {
      candidate = read(record);
    } catch (SerializationException poison) {
      deadLetter(record, poison);
      return;
    }
    Decision decision = lineage.decide(candidate, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    if (decision instanceof Decision.Release release) {
      release(record, release.version());
    } else if (decision instanceof Decision.Refuse refuse) {
      writer.commit(record, Optional.empty());
      refused(candidate, refuse);
    } else if (decision instanceof Decision.AlreadyReleased duplicate) {
      writer.commit(record, Optional.empty());
      metrics.duplicate();
      LOG.infof(
          "candidate adds nothing: forgetSet=%s, current version is %d",
          candidate.getForgetSetId(), duplicate.currentVersion());
    }
  }

  private void release(ConsumerRecord<byte[], byte[]> record, AdapterVersion version) {
    ProducerRecord<byte[], byte[]> message;
    try {
      message = writer.message(version);
    } catch (SerializationException unwritable) {
      deadLetter(record, unwritable);
      return;
    }
    writer.commit(record, Optional.of(message));
    lineage.apply(version);
    view.show(lineage);
    metrics.released();
    LOG.infof(
        "version %d released: forgetSet=%s, adapter=%s, new requests=%d, watermark=%d, %s",
        version.getVersion(),
        version.getForgetSetId(),
        version.getAdapterId(),
        version.getNewRequestIds().size(),
        version.getWatermark().size(),
        version.getExact() ? "exact" : "approximate");
  }

  private void refused(AdapterTrained candidate, Decision.Refuse refuse) {
    RefusalReason reason = refuse.reason();
    view.add(
        new Refusal(
            candidate.getForgetSetId(),
            candidate.getRequestIds().size(),
            candidate.getAdapterId(),
            reason,
            refuse.detail(),
            clock.instant()));
    metrics.refused(reason);
    LOG.warnf(
        "candidate refused: forgetSet=%s, %s (%s); %s",
        candidate.getForgetSetId(), reason.explanation(), refuse.detail(), reason.remedy());
  }

  private void deadLetter(ConsumerRecord<byte[], byte[]> record, SerializationException error) {
    try {
      writer.commit(record, Optional.of(DeadLetters.record(record, error, 1, clock)));
    } catch (ProducerFencedException fenced) {
      throw fenced;
    } catch (KafkaException failed) {
      metrics.unwritable(Topics.deadLetter(record.topic()));
      throw new UnwritableDeadLetterException(RecordPosition.of(record), failed);
    }
    metrics.deadLettered(Topics.deadLetter(record.topic()));
    LOG.warnf(
        "record dead-lettered: %s-%d@%d, %s",
        record.topic(), record.partition(), record.offset(), error.getMessage());
  }

  private AdapterTrained read(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      throw new SerializationException(
          "A record of "
              + record.topic()
              + " has no "
              + (record.key() == null ? "key" : "value")
              + "; key it by modelId and send an AdapterTrained.");
    }
    AdapterTrained candidate =
        candidates.deserialize(Topics.ADAPTER_TRAINED.name(), record.headers(), record.value());
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (!key.equals(modelId) || !candidate.getModelId().equals(modelId)) {
      throw new SerializationException(
          "A candidate is for another model than this catalog's; send it keyed by the modelId that"
              + " lethe.model-id names.");
    }
    return candidate;
  }
}
