package io.lethe.worker.claim;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.lethe.schemas.kafka.RecordPosition;
import io.lethe.schemas.kafka.UnwritableDeadLetterException;
import io.lethe.worker.domain.Job;
import io.lethe.worker.domain.JobInterruptedException;
import io.lethe.worker.domain.Outcome;
import io.lethe.worker.publish.OutcomeWriter;
import io.lethe.worker.unlearn.UnlearningFlow;
import io.lethe.worker.unlearn.UnlearningFlow.Settled;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.jboss.logging.Logger;

/**
 * From a record of forget-set.closed to what has to be committed with its offset. Whatever is wrong
 * with the record or its set ends as a dead letter; only the end of the worker ends it otherwise.
 */
public final class ForgetSetWork {
  private static final Logger LOG = Logger.getLogger(ForgetSetWork.class);

  /** What is counted. */
  public interface Metrics {
    /** A job ended, in the phase that it is in. */
    void ended(Job job);

    void deadLettered(String topic);

    /** A dead-letter topic did not take a letter; it is tried again. */
    void unwritable(String topic);
  }

  /**
   * What has to be committed with the offset.
   *
   * @param settled empty for a record that is no forget set of ours
   * @param messages none where the offset goes alone
   */
  public record Result(Optional<Settled> settled, List<ProducerRecord<byte[], byte[]>> messages) {}

  private final ForgetSetReader reader;
  private final UnlearningFlow flow;
  private final OutcomeWriter writer;
  private final Duration retryPause;
  private final Predicate<Duration> awaitStop;
  private final BlockedPartitions blocked;
  private final Metrics metrics;
  private volatile Duration heldFor = Duration.ZERO;

  /**
   * Work over its parts.
   *
   * @param retryPause between two tries while the registry is away
   * @param awaitStop waits that long; true when the worker stops meanwhile
   * @param blocked knows whether a dead letter could not be written
   */
  public ForgetSetWork(
      ForgetSetReader reader,
      UnlearningFlow flow,
      OutcomeWriter writer,
      Duration retryPause,
      Predicate<Duration> awaitStop,
      BlockedPartitions blocked,
      Metrics metrics) {
    this.reader = reader;
    this.flow = flow;
    this.writer = writer;
    this.retryPause = retryPause;
    this.awaitStop = awaitStop;
    this.blocked = blocked;
    this.metrics = metrics;
  }

  /**
   * Works on the record until its outcome is known. Takes seconds to hours.
   *
   * @throws JobInterruptedException when the worker stops meanwhile
   */
  public Result run(ConsumerRecord<byte[], byte[]> source) {
    if (!heldFor.isZero() && awaitStop.test(heldFor)) {
      throw new JobInterruptedException("the worker stops");
    }
    ForgetSetClosed set;
    try {
      set = patiently(() -> reader.read(source));
    } catch (SerializationException poison) {
      return new Result(Optional.empty(), List.of(writer.poison(source, poison)));
    }
    Settled settled = flow.run(set);
    try {
      return result(source, settled);
    } catch (SerializationException unwritable) {
      return result(source, new Settled(settled.job(), set, new Outcome.DeadLetter(unwritable, 1)));
    } catch (JobInterruptedException stopped) {
      flow.aborted(settled, stopped);
      throw stopped;
    }
  }

  /** The result is on its topics. */
  public void committed(ConsumerRecord<byte[], byte[]> source, Result result) {
    if (isDeadLetter(result)) {
      heldFor = Duration.ZERO;
      blocked.release(new TopicPartition(source.topic(), source.partition()));
      metrics.deadLettered(Topics.deadLetter(source.topic()));
      LOG.warnf(
          "record dead-lettered: %s-%d@%d", source.topic(), source.partition(), source.offset());
    }
    result.settled().ifPresent(this::committed);
  }

  /**
   * The result is not on its topics, and the record will be delivered again: where it was to become
   * a dead letter, after a pause that grows.
   */
  public void aborted(ConsumerRecord<byte[], byte[]> source, Result result, Throwable cause) {
    if (isDeadLetter(result)) {
      UnwritableDeadLetterException unwritable =
          new UnwritableDeadLetterException(RecordPosition.of(source), cause);
      heldFor =
          blocked.block(
              new TopicPartition(source.topic(), source.partition()), unwritable.getMessage());
      metrics.unwritable(Topics.deadLetter(source.topic()));
      LOG.errorf("%s Next try in %s.", unwritable.getMessage(), heldFor);
    }
    result
        .settled()
        .ifPresent(
            settled -> {
              flow.aborted(settled, cause);
              metrics.ended(settled.job());
            });
  }

  private static boolean isDeadLetter(Result result) {
    if (result.settled().isEmpty()) {
      return true;
    }
    Outcome outcome = result.settled().get().outcome();
    return outcome instanceof Outcome.DeadLetter
        || (outcome instanceof Outcome.Publish publish && publish.isRefused());
  }

  private void committed(Settled settled) {
    flow.committed(settled);
    metrics.ended(settled.job());
    Job.Snapshot end = settled.job().snapshot();
    LOG.infof(
        "%s: forgetSet=%s, seconds=%.1f%s",
        end.phase(),
        end.forgetSetId(),
        end.seconds(),
        end.detail() == null ? "" : ", " + end.detail());
  }

  private Result result(ConsumerRecord<byte[], byte[]> source, Settled settled) {
    return new Result(
        Optional.of(settled),
        patiently(() -> writer.messages(source, settled.set(), settled.outcome())));
  }

  /** A worker without its registry has nothing better to do than to wait for it. */
  private <T> T patiently(Supplier<T> attempt) {
    while (true) {
      try {
        return attempt.get();
      } catch (RetriableException away) {
        LOG.warnf("tries again in %s: %s", retryPause, away.getMessage());
        if (awaitStop.test(retryPause)) {
          throw new JobInterruptedException("the worker stops");
        }
      }
    }
  }
}
