package io.lethe.catalog.release;

import io.lethe.catalog.domain.Decision;
import io.lethe.catalog.domain.Lineage;
import io.lethe.catalog.domain.Move;
import io.lethe.catalog.domain.MoveDecision;
import io.lethe.catalog.domain.RefusalReason;
import io.lethe.catalog.domain.ReleasedVersion;
import io.lethe.catalog.domain.VersionMoves;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.schemas.kafka.RecordPosition;
import io.lethe.schemas.kafka.UnwritableDeadLetterException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jboss.logging.Logger;

/**
 * Decides on candidates and moves one at a time. A decision on a candidate commits together with
 * its offset, all records of a move together, and the lineage follows only then.
 */
public final class CandidateDesk {
  private static final Logger LOG = Logger.getLogger(CandidateDesk.class);

  private final String modelId;
  private final Lineage lineage;
  private final VersionMoves moves;
  private final Duration canaryLimit;
  private final VersionWriter writer;
  private final Deserializer<AdapterTrained> candidates;
  private final CatalogView view;
  private final ReleaseMetrics metrics;
  private final Clock clock;

  /**
   * @param canaryLimit how long a version may be on trial; then it is promoted
   */
  public CandidateDesk(
      String modelId,
      Lineage lineage,
      VersionMoves moves,
      Duration canaryLimit,
      VersionWriter writer,
      Deserializer<AdapterTrained> candidates,
      CatalogView view,
      ReleaseMetrics metrics,
      Clock clock) {
    this.modelId = modelId;
    this.lineage = lineage;
    this.moves = moves;
    this.canaryLimit = canaryLimit;
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
      AdapterVersion bare = lineage.bareVersion(now());
      writer.commit(List.of(bare));
      lineage.apply(bare);
      LOG.infof("version 0 released: model=%s, the recommender without adapter", modelId);
    }
    lineage.current().map(ReleasedVersion::version).filter(writer::mustSign).ifPresent(this::sign);
    view.show(lineage);
  }

  private void sign(AdapterVersion version) {
    // The writer signs what it writes; the version itself and its number stay as they were.
    writer.commit(List.of(version));
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
    Decision decision = lineage.decide(candidate, now());
    if (decision instanceof Decision.Release release) {
      release(record, release);
    } else if (decision instanceof Decision.Refuse refuse) {
      writer.commit(record, List.of());
      refused(candidate, refuse);
    } else if (decision instanceof Decision.AlreadyReleased duplicate) {
      writer.commit(record, List.of());
      metrics.duplicate();
      LOG.infof(
          "candidate adds nothing: forgetSet=%s, current version is %d",
          candidate.getForgetSetId(), duplicate.currentVersion());
    }
  }

  private void release(ConsumerRecord<byte[], byte[]> record, Decision.Release release) {
    List<ProducerRecord<byte[], byte[]>> messages;
    try {
      messages = release.records().stream().map(writer::message).toList();
    } catch (SerializationException unwritable) {
      deadLetter(record, unwritable);
      return;
    }
    boolean yields = pinYields(release.version());
    writer.commit(record, messages);
    applied(release.records());
    metrics.released();
    AdapterVersion version = release.version();
    LOG.infof(
        "version %d %s: forgetSet=%s, adapter=%s, new requests=%d, watermark=%d, %s",
        version.getVersion(),
        release.current() == null ? "released" : "on trial",
        version.getForgetSetId(),
        version.getAdapterId(),
        version.getNewRequestIds().size(),
        version.getWatermark().size(),
        version.getExact() ? "exact" : "approximate");
    if (yields) {
      LOG.warnf(
          "the pin of the version before ends: version %d forgets requests that it does not",
          version.getVersion());
    }
  }

  private boolean pinYields(AdapterVersion next) {
    return next.getPin() == null
        && lineage.current().filter(known -> known.version().getPin() != null).isPresent();
  }

  /**
   * Does what a person asks for, through to its commit.
   *
   * @throws org.apache.kafka.common.KafkaException when the commit failed or the registry is away
   */
  public MoveDecision move(Move move) {
    MoveDecision decision = moves.decide(move, now());
    String kind = move.getClass().getSimpleName();
    if (decision instanceof MoveDecision.Publish publish) {
      writer.commit(publish.records());
      applied(publish.records());
      metrics.moved(kind);
      LOG.warnf(
          "%s by %s: published %s, why: %s",
          kind,
          move.order().actorRef().isEmpty() ? "the catalog itself" : move.order().actorRef(),
          publish.records().stream()
              .map(record -> record.getVersion() + " " + record.getStatus())
              .toList(),
          move.order().why());
    } else if (decision instanceof MoveDecision.Refuse refuse) {
      metrics.moveRefused(refuse.reason());
      LOG.infof(
          "%s by %s refused: %s (%s)",
          kind, move.order().actorRef(), refuse.reason().explanation(), refuse.detail());
    }
    return decision;
  }

  /** Whether candidates must wait in adapter.trained: a version is on trial. */
  public boolean isWaiting() {
    return lineage.canary().isPresent();
  }

  /**
   * Promotes what has been on trial for its time: it passed every gate, and requests wait for it.
   * Where a pin forbids that, the trial ends.
   */
  public void turn() {
    lineage
        .canary()
        .map(ReleasedVersion::version)
        .filter(version -> !now().isBefore(version.getReleasedAt().plus(canaryLimit)))
        .ifPresent(this::endOfTrial);
  }

  private void endOfTrial(AdapterVersion version) {
    Move.Order order = new Move.Order("", "on trial for lethe.canary-limit, " + canaryLimit);
    if (move(new Move.Promote(version.getVersion(), order)) instanceof MoveDecision.Refuse) {
      move(new Move.EndCanary(order));
    }
  }

  private void applied(List<AdapterVersion> records) {
    records.forEach(lineage::apply);
    view.show(lineage);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
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
      writer.commit(record, List.of(DeadLetters.record(record, error, 1, clock)));
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
