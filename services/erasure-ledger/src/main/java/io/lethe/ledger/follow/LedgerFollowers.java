package io.lethe.ledger.follow;

import io.lethe.ledger.domain.AcceptedRequest;
import io.lethe.ledger.domain.ReleasedVersion;
import io.lethe.ledger.domain.TrainedCandidate;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterServing;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.kafka.FollowedRecord;
import io.lethe.schemas.kafka.TopicFollower;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jboss.logging.Logger;

/**
 * Feeds the ledger: first its own snapshots to their end, then everything that the other services
 * tell, from the beginning.
 */
public final class LedgerFollowers implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LedgerFollowers.class);

  private final Ledger ledger;
  private final String modelId;
  private final Consumer<String> onUnusable;
  private final Clock clock;
  private final TopicFollower<SpecificRecord> snapshots;
  private final TopicFollower<SpecificRecord> facts;
  private volatile boolean closed;

  /**
   * @param settings as {@code KafkaSettings.follower} gives them
   * @param modelId the model followed; records of others are passed over
   * @param onUnusable gets the topic of each record that could not be used
   */
  public LedgerFollowers(
      Ledger ledger,
      Map<String, Object> settings,
      String modelId,
      Consumer<String> onUnusable,
      Clock clock) {
    this.ledger = ledger;
    this.modelId = modelId;
    this.onUnusable = onUnusable;
    this.clock = clock;
    this.snapshots =
        TopicFollower.<SpecificRecord>builder()
            .name("follow-snapshots")
            .topic(Topics.DELETION_PROGRESSED)
            .config(settings)
            .clock(clock)
            .onRecord(this::load)
            .onPoison(poison -> onUnusable.accept(poison.source().topic()))
            .onCaughtUp(this::snapshotsLoaded)
            .build();
    this.facts =
        TopicFollower.<SpecificRecord>builder()
            .name("follow-facts")
            .topic(Topics.DELETION_REQUESTED)
            .topic(Topics.FORGET_SET_CLOSED)
            .topic(Topics.ADAPTER_TRAINED)
            .topic(Topics.ADAPTER_VERSION)
            .topic(Topics.ADAPTER_SERVING)
            .config(settings)
            .clock(clock)
            .onRecord(this::apply)
            .onPoison(poison -> onUnusable.accept(poison.source().topic()))
            .onPositions(positions -> ledger.evaluate())
            .onCaughtUp(ledger::goLive)
            .build();
  }

  /** Starts to follow; returns at once. */
  public void start() {
    snapshots.start();
  }

  /** True once everything that the topics held at the start is known. */
  public boolean isCaughtUp() {
    return snapshots.isCaughtUp() && facts.isCaughtUp();
  }

  /** When the broker last answered. */
  public Instant lastPollAt() {
    return snapshots.isCaughtUp() ? facts.lastPollAt() : snapshots.lastPollAt();
  }

  /** Why a follower stopped by itself; only a restart mends it. */
  public Optional<String> failure() {
    return Stream.of(snapshots, facts)
        .flatMap(follower -> follower.failure().stream())
        .map(failure -> "a follower stopped: " + failure.getClass().getSimpleName())
        .findFirst();
  }

  @Override
  public void close() {
    closed = true;
    snapshots.close();
    facts.close();
  }

  private void snapshotsLoaded() {
    ledger.loaded();
    if (!closed) {
      facts.start();
    }
    // This topic is written by the ledger alone, so there is nothing more to learn from it.
    snapshots.close();
  }

  void load(FollowedRecord<SpecificRecord> followed) {
    if (followed.value() instanceof DeletionProgressed snapshot) {
      ledger.load(snapshot);
    }
  }

  void apply(FollowedRecord<SpecificRecord> followed) {
    try {
      dispatch(followed);
    } catch (IllegalArgumentException unusable) {
      LOG.warnf(
          "passes over %s-%d@%d: %s",
          followed.topic(), followed.partition(), followed.offset(), unusable.getMessage());
      onUnusable.accept(followed.topic());
    }
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
    } else if (value instanceof AdapterTrained trained && modelId.equals(trained.getModelId())) {
      // An exact candidate adds no request; it must not stand for the set's own.
      if (!trained.getExact()) {
        ledger.learn(knowledge -> knowledge.trained(TrainedCandidate.of(trained)));
      }
    } else if (value instanceof AdapterVersion version && modelId.equals(version.getModelId())) {
      ledger.learn(knowledge -> knowledge.versions().put(ReleasedVersion.of(version)));
    } else if (value instanceof AdapterServing serving && modelId.equals(serving.getModelId())) {
      ledger.learn(knowledge -> knowledge.servers().heartbeat(serving, clock.instant()));
    }
  }
}
