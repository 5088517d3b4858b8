package io.lethe.intake;

import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.kafka.SubmissionLoops;
import io.lethe.schemas.event.Regime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Every metric of intake, named once. No tag holds an id. */
@ApplicationScoped
public class IntakeMetrics {
  private static final String ACCEPTED = "erasure.requests.accepted";
  private static final String REPEATED = "erasure.requests.repeated";
  private static final String WITHDRAWALS = "erasure.withdrawals.accepted";
  private static final String EXTENSIONS = "erasure.extensions.accepted";
  private static final String REFUSED = "erasure.requests.refused";
  private static final String DEAD_LETTERS = "dlq.records";
  private static final String UNWRITABLE = "dlq.write.failures";
  private static final String BLOCKED = "dlq.blocked.partitions";
  private static final String UNREADABLE = "erasure.status.unreadable";
  private static final String PUBLISH = "erasure.publish";

  private final MeterRegistry registry;

  /** Looking a meter up by its name and tags costs more than counting; by door, a handful. */
  private final Map<String, Counter> accepted = new ConcurrentHashMap<>();

  private final Timer acknowledged;
  private final Timer failed;

  IntakeMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.acknowledged = registry.timer(PUBLISH, "outcome", "acknowledged");
    this.failed = registry.timer(PUBLISH, "outcome", "failed");
  }

  /** A request became durable. */
  public void countAccepted(String door) {
    accepted.computeIfAbsent(door, name -> registry.counter(ACCEPTED, "door", name)).increment();
  }

  /** A request was a repetition of one accepted earlier. */
  public void countRepeated(String door) {
    registry.counter(REPEATED, "door", door).increment();
  }

  /** A withdrawal became durable. */
  public void countWithdrawal(String door) {
    registry.counter(WITHDRAWALS, "door", door).increment();
  }

  /** An extension of a deadline became durable. */
  public void countExtension(Regime regime) {
    registry.counter(EXTENSIONS, "regime", regime.name()).increment();
  }

  /** A request was refused. */
  public void countRefused(String door, RefusalReason reason) {
    registry.counter(REFUSED, "door", door, "reason", reason.label()).increment();
  }

  /** A record went to a dead-letter topic. */
  public void countDeadLetter(String topic) {
    registry.counter(DEAD_LETTERS, "topic", topic).increment();
  }

  /** A dead-letter topic did not take a letter; it is tried again. */
  public void countUnwritable(String topic) {
    registry.counter(UNWRITABLE, "topic", topic).increment();
  }

  /** Shows how many partitions wait because a dead letter of theirs could not be written. */
  public void show(SubmissionLoops doors) {
    registry.gauge(BLOCKED, doors, SubmissionLoops::blockedPartitions);
  }

  /** A record of a followed topic could not be read. */
  public void countUnreadable(String topic) {
    registry.counter(UNREADABLE, "topic", topic).increment();
  }

  /** Starts to time a publication. */
  public Stopwatch startPublish() {
    Timer.Sample sample = Timer.start(registry);
    return success -> sample.stop(success ? acknowledged : failed);
  }

  /** A running measurement. */
  @FunctionalInterface
  public interface Stopwatch {
    /** Ends the measurement. */
    void stop(boolean acknowledged);
  }
}
