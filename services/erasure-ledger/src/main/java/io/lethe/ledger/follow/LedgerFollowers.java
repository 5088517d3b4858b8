package io.lethe.ledger.follow;

import io.lethe.ledger.flow.FlowTable;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.TopicFollower;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * Feeds the ledger: first its own snapshots to their end, then everything that the other services
 * tell, from the beginning.
 */
public final class LedgerFollowers implements AutoCloseable {
  private final Ledger ledger;
  private final TopicFollower<SpecificRecord> snapshots;
  private final TopicFollower<SpecificRecord> facts;
  private volatile boolean closed;

  /**
   * @param settings as {@code KafkaSettings.follower} gives them
   * @param modelId the model followed; records of others are passed over
   * @param flow told what the workers and the catalog do, for people who watch
   * @param onUnusable gets the topic of each record that could not be used
   */
  public LedgerFollowers(
      Ledger ledger,
      Map<String, Object> settings,
      String modelId,
      FlowTable flow,
      Consumer<String> onUnusable,
      Clock clock) {
    this.ledger = ledger;
    LedgerFacts entries = new LedgerFacts(ledger, modelId, flow, onUnusable);
    this.snapshots =
        TopicFollower.<SpecificRecord>builder()
            .name("follow-snapshots")
            .topic(Topics.DELETION_PROGRESSED)
            .config(settings)
            .clock(clock)
            .onRecord(entries::load)
            .onPoison(poison -> onUnusable.accept(poison.source().topic()))
            .onCaughtUp(this::snapshotsLoaded)
            .build();
    this.facts =
        TopicFollower.<SpecificRecord>builder()
            .name("follow-facts")
            .topic(Topics.DELETION_REQUESTED)
            .topic(Topics.FORGET_SET_CLOSED)
            .topic(Topics.UNLEARNING_PROGRESSED)
            .topic(Topics.ADAPTER_TRAINED)
            .topic(Topics.ADAPTER_VERSION)
            .topic(Topics.ADAPTER_SERVING)
            .config(settings)
            .clock(clock)
            .onRecord(entries::apply)
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
}
