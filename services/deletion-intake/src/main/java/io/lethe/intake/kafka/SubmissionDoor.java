package io.lethe.intake.kafka;

import io.lethe.intake.IntakeMetrics;
import io.lethe.intake.accept.Acceptance;
import io.lethe.intake.accept.RequestAcceptance;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.schemas.kafka.RecordPosition;
import io.lethe.schemas.kafka.UnwritableDeadLetterException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.jboss.logging.Logger;

/**
 * The Kafka door: takes what producers put into deletion.submitted. A position is committed only
 * once the broker has acknowledged what came of every record below it: a request in
 * deletion.requested, or a dead letter. Records are published in a pipeline, but a withdrawal waits
 * for what came before it. Not safe for use by several threads.
 */
public final class SubmissionDoor {
  private static final Logger LOG = Logger.getLogger(SubmissionDoor.class);
  private static final String DOOR = "kafka";
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final SubmittedRecords records;
  private final RequestAcceptance acceptance;
  private final Producer<byte[], byte[]> deadLetters;
  private final IntakeMetrics metrics;
  private final BlockedPartitions blocked;
  private final Duration publishTimeout;
  private final Clock clock;

  /** A record on its way, and what it waits for. */
  private record Pending(
      ConsumerRecord<byte[], byte[]> record, CompletableFuture<?> done, boolean deadLetter) {}

  /** What is known of one poll's records. */
  private static final class Batch {
    private final Deque<Pending> pending = new ArrayDeque<>();

    /** Next offset of each partition to commit. */
    private final Map<TopicPartition, Long> finished = new HashMap<>();

    /** Partitions in which some record could not be finished; those before it may yet be. */
    private final Set<TopicPartition> unfinished = new HashSet<>();

    /** Partitions in which a publication failed; none after it may count as finished. */
    private final Set<TopicPartition> failed = new HashSet<>();

    /** Partitions that wait for their dead-letter topic; they hold up no other. */
    private final Set<TopicPartition> held = new HashSet<>();
  }

  /** Reads through this consumer, whose positions nobody else commits. */
  public SubmissionDoor(
      Consumer<byte[], byte[]> consumer,
      SubmittedRecords records,
      RequestAcceptance acceptance,
      Producer<byte[], byte[]> deadLetters,
      IntakeMetrics metrics,
      BlockedPartitions blocked,
      Duration publishTimeout,
      Clock clock) {
    this.consumer = consumer;
    this.records = records;
    this.acceptance = acceptance;
    this.deadLetters = deadLetters;
    this.metrics = metrics;
    this.blocked = blocked;
    this.publishTimeout = publishTimeout;
    this.clock = clock;
  }

  BlockedPartitions blocked() {
    return blocked;
  }

  /** Joins the group. */
  public void open() {
    consumer.subscribe(List.of(Topics.DELETION_SUBMITTED.name()));
  }

  /**
   * Takes the records that have come, at most one poll's worth.
   *
   * @return false when a record could not be finished for now: its partition goes back to it, and
   *     the caller should wait before the next call
   */
  public boolean takeOnce() throws InterruptedException {
    resumeWhatIsDue();
    ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL_TIMEOUT);
    if (polled.isEmpty()) {
      return true;
    }
    Batch batch = new Batch();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      if (!batch.unfinished.contains(partitionOf(record))) {
        begin(record, batch);
      }
    }
    finishAll(batch);
    rewind(polled, batch);
    commit(batch.finished);
    return batch.held.containsAll(batch.unfinished);
  }

  private void resumeWhatIsDue() {
    blocked.retain(consumer.assignment());
    Set<TopicPartition> due = new HashSet<>(blocked.due());
    due.retainAll(consumer.paused());
    consumer.resume(due);
  }

  private void begin(ConsumerRecord<byte[], byte[]> record, Batch batch)
      throws InterruptedException {
    try {
      SubmittedRecords.Submitted submitted = records.read(record);
      if (submitted.withdraw()) {
        finishAll(batch);
        if (batch.unfinished.contains(partitionOf(record))) {
          return;
        }
      }
      batch.pending.add(new Pending(record, accept(record, submitted), false));
    } catch (RetriableException later) {
      LOG.warnf("waits at %s: %s", position(record), later.getMessage());
      batch.unfinished.add(partitionOf(record));
    } catch (RefusedException refused) {
      if (refused.reason() == RefusalReason.UNAVAILABLE) {
        LOG.warnf("waits at %s: %s", position(record), refused.getMessage());
        batch.unfinished.add(partitionOf(record));
      } else {
        metrics.countRefused(DOOR, refused.reason());
        batch.pending.add(new Pending(record, deadLetter(record, refused), true));
      }
    } catch (SerializationException poison) {
      metrics.countRefused(DOOR, RefusalReason.MALFORMED);
      batch.pending.add(new Pending(record, deadLetter(record, poison), true));
    }
  }

  private CompletableFuture<?> accept(
      ConsumerRecord<byte[], byte[]> record, SubmittedRecords.Submitted submitted) {
    if (submitted.withdraw()) {
      return acceptance
          .withdraw(submitted.submission().requestId(), submitted.submission().subjectRef(), null)
          .thenAccept(accepted -> metrics.countWithdrawal(DOOR));
    }
    // A record that was sent back arrived when it first came: its legal clock has run since.
    Instant arrivedAt = DeadLetters.receivedAt(record, clock);
    return acceptance.accept(submitted.submission(), arrivedAt).thenAccept(this::count);
  }

  private void count(Acceptance accepted) {
    if (accepted.repeated()) {
      metrics.countRepeated(DOOR);
    } else {
      metrics.countAccepted(DOOR);
    }
  }

  private CompletableFuture<Void> deadLetter(
      ConsumerRecord<byte[], byte[]> record, RuntimeException error) {
    LOG.warnf("dead-letters %s: %s", position(record), error.getMessage());
    CompletableFuture<Void> sent = new CompletableFuture<>();
    try {
      deadLetters.send(
          DeadLetters.record(record, error, 1, clock),
          (metadata, failure) -> {
            if (failure == null) {
              metrics.countDeadLetter(Topics.deadLetter(record.topic()));
              sent.complete(null);
            } else {
              sent.completeExceptionally(failure);
            }
          });
    } catch (RuntimeException notSent) {
      sent.completeExceptionally(notSent);
    }
    return sent;
  }

  private void finishAll(Batch batch) throws InterruptedException {
    while (!batch.pending.isEmpty()) {
      Pending next = batch.pending.poll();
      TopicPartition partition = partitionOf(next.record);
      if (batch.failed.contains(partition)) {
        continue;
      }
      try {
        next.done.get(publishTimeout.toMillis(), TimeUnit.MILLISECONDS);
        batch.finished.put(partition, next.record.offset() + 1);
        if (next.deadLetter) {
          blocked.release(partition);
        }
      } catch (ExecutionException | TimeoutException notAcknowledged) {
        batch.failed.add(partition);
        batch.unfinished.add(partition);
        if (next.deadLetter) {
          hold(next.record, notAcknowledged);
          batch.held.add(partition);
          continue;
        }
        LOG.warnf(
            "waits at %s: the broker has not acknowledged what came of it (%s)",
            position(next.record), notAcknowledged.getClass().getSimpleName());
      }
    }
  }

  private void hold(ConsumerRecord<byte[], byte[]> record, Exception cause) {
    UnwritableDeadLetterException unwritable =
        new UnwritableDeadLetterException(RecordPosition.of(record), cause);
    Duration pause = blocked.block(partitionOf(record), unwritable.getMessage());
    metrics.countUnwritable(Topics.deadLetter(record.topic()));
    LOG.errorf(
        "%s Its partition waits, the others go on; next try in %s.",
        unwritable.getMessage(), pause);
  }

  private void rewind(ConsumerRecords<byte[], byte[]> polled, Batch batch) {
    for (TopicPartition partition : batch.unfinished) {
      if (consumer.assignment().contains(partition)) {
        long first = polled.records(partition).get(0).offset();
        consumer.seek(partition, batch.finished.getOrDefault(partition, first));
        if (batch.held.contains(partition)) {
          consumer.pause(List.of(partition));
        }
      }
    }
  }

  private void commit(Map<TopicPartition, Long> finished) {
    if (finished.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    finished.forEach((partition, next) -> positions.put(partition, new OffsetAndMetadata(next)));
    try {
      consumer.commitSync(positions);
    } catch (CommitFailedException | RebalanceInProgressException | RetriableException moved) {
      // Whoever reads the records again finds them accepted already, by their ids.
      LOG.warnf("could not commit: %s", moved.getClass().getSimpleName());
    }
  }

  private static TopicPartition partitionOf(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  private static String position(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }
}
