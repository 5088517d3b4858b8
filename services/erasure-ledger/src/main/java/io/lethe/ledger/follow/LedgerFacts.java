package io.lethe.ledger.follow;

import io.lethe.ledger.domain.AcceptedRequest;
import io.lethe.ledger.domain.ReleasedVersion;
import io.lethe.ledger.domain.TrainedCandidate;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterServing;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.UnlearningProgressed;
import io.lethe.schemas.kafka.FollowedRecord;
import io.lethe.schemas.kafka.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/** What each record means for the ledger. */
public final class LedgerFacts {
  private static final Logger LOG = Logger.getLogger(LedgerFacts.class);

  private final Ledger ledger;
  private final String modelId;
  private final FlowTable flow;
  private final Consumer<String> onUnusable;

  /** The offset after the last heartbeat that was read; adapter.serving has one partition. */
  private long nextHeartbeat = -1;

  /**
   * Facts about one model, for one ledger.
   *
   * @param modelId the model followed; records of others are passed over
   * @param flow told what the workers and the catalog do, for people who watch
   * @param onUnusable gets the topic of each record that could not be used
   */
  public LedgerFacts(Ledger ledger, String modelId, FlowTable flow, Consumer<String> onUnusable) {
    this.ledger = ledger;
    this.modelId = modelId;
    this.flow = flow;
    this.onUnusable = onUnusable;
  }

  /** Takes one of the ledger's own snapshots, before anything else is followed. */
  public void load(FollowedRecord<SpecificRecord> followed) {
    if (followed.value() instanceof DeletionProgressed snapshot) {
      ledger.load(snapshot);
    }
    Header told = followed.headers().lastHeader(KafkaSnapshotPublisher.CHECKPOINT_HEADER);
    if (told != null && told.value() != null) {
      ledger.told(new String(told.value(), StandardCharsets.UTF_8));
    }
  }

  /** Takes what another service tells; what cannot be used is passed over. */
  public void apply(FollowedRecord<SpecificRecord> followed) {
    if (followed.topic().equals(Topics.ADAPTER_SERVING.name())) {
      followHeartbeats(followed);
    }
    try {
      dispatch(followed);
    } catch (IllegalArgumentException unusable) {
      LOG.warnf(
          "passes over %s-%d@%d: %s",
          followed.topic(), followed.partition(), followed.offset(), unusable.getMessage());
      onUnusable.accept(followed.topic());
    }
  }

  private void followHeartbeats(FollowedRecord<SpecificRecord> followed) {
    if (nextHeartbeat >= 0 && followed.offset() > nextHeartbeat) {
      ledger.learn(knowledge -> knowledge.servers().missedBefore(followed.timestamp()));
    }
    nextHeartbeat = followed.offset() + 1;
  }

  private void extend(DeletionRequested request) {
    if (request.getExtension() == null) {
      throw new IllegalArgumentException(
          "An extension lacks the field extension, so nobody knows why the deadline moves; extend"
              + " through deletion-intake.");
    }
    ledger.extended(request);
  }

  private void dispatch(FollowedRecord<SpecificRecord> followed) {
    SpecificRecord value = followed.value();
    if (followed.isTombstone()) {
      if (followed.topic().equals(Topics.ADAPTER_SERVING.name())) {
        ledger.learn(
            knowledge -> knowledge.servers().goodbye(followed.key(), followed.timestamp()));
      }
    } else if (value instanceof DeletionRequested request) {
      // A withdrawal counts when a closed forget set names it, not when it is asked.
      if (request.getAction() == DeletionAction.ERASE) {
        ledger.accepted(new AcceptedRequest(followed.partition(), followed.offset(), request));
      } else if (request.getAction() == DeletionAction.EXTEND) {
        extend(request);
      }
    } else if (value instanceof ForgetSetClosed set && modelId.equals(set.getModelId())) {
      ledger.learn(knowledge -> knowledge.closed(set));
      flow.closed(
          set, new RecordPosition(followed.topic(), followed.partition(), followed.offset()));
    } else if (value instanceof UnlearningProgressed progressed
        && modelId.equals(progressed.getModelId())) {
      flow.progressed(progressed);
    } else if (value instanceof AdapterTrained trained && modelId.equals(trained.getModelId())) {
      flow.trained(trained);
      // An exact candidate adds no request; it must not stand for the set's own.
      if (!trained.getExact()) {
        ledger.learn(knowledge -> knowledge.trained(TrainedCandidate.of(trained)));
      }
    } else if (value instanceof AdapterVersion version && modelId.equals(version.getModelId())) {
      ledger.learn(knowledge -> knowledge.versions().put(ReleasedVersion.of(version)));
      flow.versioned(version);
    } else if (value instanceof AdapterServing serving && modelId.equals(serving.getModelId())) {
      ledger.learn(knowledge -> knowledge.servers().heartbeat(serving, followed.timestamp()));
    }
  }
}
