package io.lethe.intake.status;

import io.lethe.intake.IntakeConfig;
import io.lethe.intake.IntakeMetrics;
import io.lethe.intake.domain.RequestEventId;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.FollowedRecord;
import io.lethe.schemas.kafka.KafkaOptions;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.kafka.TopicFollower;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Keeps the status table in step with deletion.requested and deletion.progressed. */
@Singleton
public class StatusFollower {
  private final RequestStatusTable table;
  private final TopicFollower<SpecificRecord> follower;

  /** A follower, to be started. */
  public StatusFollower(
      IntakeConfig config,
      KafkaOptions kafka,
      RequestStatusTable table,
      IntakeMetrics metrics,
      Clock clock) {
    this.table = table;
    this.follower =
        TopicFollower.<SpecificRecord>builder()
            .name("intake-status")
            .topic(Topics.DELETION_REQUESTED)
            .topic(Topics.DELETION_PROGRESSED)
            .config(
                kafka.addTo(
                    KafkaSettings.follower(kafka.bootstrapServers(), config.schemaRegistryUrl())))
            .clock(clock)
            .skipKnown(this::isKnown)
            .onRecord(this::apply)
            .onPoison(poison -> metrics.countUnreadable(poison.source().topic()))
            .build();
  }

  /** Starts to follow; returns at once. */
  public void start() {
    follower.start();
  }

  /** True once everything accepted before the start is in the table. */
  public boolean isCaughtUp() {
    return follower.isCaughtUp();
  }

  /** Waits until the table is complete; false when the time passed first. */
  public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
    return follower.awaitCaughtUp(timeout);
  }

  /** When the follower last came back from the broker. */
  public Instant lastPollAt() {
    return follower.lastPollAt();
  }

  /** False when the follower has stopped by itself. */
  public boolean isRunning() {
    return follower.isRunning();
  }

  /** Stops following. */
  public void stop() {
    follower.close();
  }

  /**
   * True for an accepted request that the table has, which is most of what this instance published
   * itself.
   */
  private boolean isKnown(ConsumerRecord<byte[], byte[]> record) {
    if (!record.topic().equals(Topics.DELETION_REQUESTED.name())) {
      return false;
    }
    String requestId =
        RequestEventId.erasedRequestId(CloudEvents.text(record.headers(), CloudEvents.ID_HEADER));
    return requestId != null && table.hasAccepted(requestId);
  }

  void apply(FollowedRecord<SpecificRecord> followed) {
    if (followed.value() instanceof DeletionRequested request) {
      table.onRequested(request);
    } else if (followed.value() instanceof DeletionProgressed progress) {
      table.onProgressed(progress);
    }
  }
}
