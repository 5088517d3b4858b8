package io.lethe.worker.publish;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.CurvePoint;
import io.lethe.schemas.event.UnlearningProgressed;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.worker.domain.Job;
import io.lethe.worker.domain.JobLifecycle;
import io.lethe.worker.domain.JobLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Tells on unlearning.progressed where the work stands. It looks at the jobs at its own pace and on
 * a thread of its own, so neither a broker that is away nor a slow one holds up the training; what
 * could not be told is told by the next look.
 */
public final class ProgressTeller implements AutoCloseable {
  /** Nobody depends on these records, so nothing waits long for them. */
  public static final Map<String, Object> PRODUCER_LIMITS =
      Map.of(
          ProducerConfig.MAX_BLOCK_MS_CONFIG,
          5_000,
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
          5_000,
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
          10_000);

  private static final Logger LOG = Logger.getLogger(ProgressTeller.class);
  private static final String SOURCE = "unlearning-worker";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private record Attempt(String forgetSetId, Instant startedAt) {}

  private final JobLog jobs;
  private final Producer<String, SpecificRecord> producer;
  private final String modelId;
  private final String replicaId;
  private final Clock clock;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "tell-progress");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<Attempt, Long> told = new HashMap<>();
  private boolean failing;

  /**
   * Tells of these jobs.
   *
   * @param producer closed with this
   */
  public ProgressTeller(
      JobLog jobs,
      Producer<String, SpecificRecord> producer,
      String modelId,
      String replicaId,
      Clock clock) {
    this.jobs = jobs;
    this.producer = producer;
    this.modelId = modelId;
    this.replicaId = replicaId;
    this.clock = clock;
  }

  /** Looks from now on. */
  public void start(Duration interval) {
    looks.scheduleWithFixedDelay(
        this::tryTell, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Tells of every job that changed since it was last told, the eldest first. */
  synchronized void tell() {
    List<Job.Snapshot> eldestFirst = new ArrayList<>(jobs.snapshots());
    Collections.reverse(eldestFirst);
    Set<Attempt> seen = new HashSet<>();
    for (Job.Snapshot job : eldestFirst) {
      Attempt attempt = new Attempt(job.forgetSetId(), job.startedAt());
      seen.add(attempt);
      if (told.getOrDefault(attempt, -1L) != job.changes()) {
        ProducerRecord<String, SpecificRecord> message = record(job);
        producer.send(message, (metadata, failure) -> sent(attempt, job.changes(), failure));
      }
    }
    // Only what the log of jobs still holds, so this stays as small as it.
    told.keySet().retainAll(seen);
  }

  @Override
  public void close() {
    looks.shutdown();
    tryTell();
    producer.close(CLOSE_TIMEOUT);
  }

  private void tryTell() {
    try {
      tell();
    } catch (KafkaException away) {
      noteFailure(away);
    }
  }

  /** What was not sent counts as not told, so the next look tells it. */
  private synchronized void sent(Attempt attempt, long changes, Exception failure) {
    if (failure == null) {
      told.merge(attempt, changes, Math::max);
      failing = false;
    } else {
      noteFailure(failure);
    }
  }

  private synchronized void noteFailure(Exception failure) {
    if (!failing) {
      failing = true;
      LOG.warnf(
          "the work is not told on %s at the moment (%s), so the console shows it late; the work"
              + " itself goes on",
          Topics.UNLEARNING_PROGRESSED.name(), failure.getClass().getSimpleName());
    }
  }

  private ProducerRecord<String, SpecificRecord> record(Job.Snapshot job) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    String topic = Topics.UNLEARNING_PROGRESSED.name();
    ProducerRecord<String, SpecificRecord> message =
        new ProducerRecord<>(
            topic,
            modelId,
            UnlearningProgressed.newBuilder()
                .setModelId(modelId)
                .setForgetSetId(job.forgetSetId())
                .setSequence(job.sequence())
                .setReplicaId(replicaId)
                .setPhase(job.phase().name().toLowerCase(Locale.ROOT))
                .setEnded(JobLifecycle.isFinal(job.phase()))
                .setStep(job.step())
                .setStepsDone(job.stepsDone())
                .setStepsTotal(job.stepsTotal())
                .setCurve(
                    job.curve().stream()
                        .map(point -> new CurvePoint(point.step(), point.stepsDone(), point.loss()))
                        .toList())
                .setConfidenceBefore(job.confidenceBefore())
                .setConfidenceAfter(job.confidenceAfter())
                .setConfidenceTarget(job.confidenceTarget())
                .setDetail(job.detail())
                .setStartedAt(job.startedAt().truncatedTo(ChronoUnit.MILLIS))
                .setUpdatedAt(now)
                .build());
    CloudEvents.stamp(
        message.headers(),
        topic,
        SOURCE,
        job.forgetSetId() + "/" + job.startedAt().toEpochMilli() + "/" + job.changes(),
        now);
    return message;
  }
}
