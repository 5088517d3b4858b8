package io.lethe.ledger.deadletter;

import io.lethe.ledger.deadletter.RedriveReport.Action;
import io.lethe.ledger.deadletter.RedriveReport.Line;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.ledger.flow.ForgetSetFlow;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.schemas.kafka.RecordPosition;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Has forget sets worked off again that are no dead letters and yet not forgotten: that of a
 * version that was withdrawn, or of a candidate that the catalog refused. Each goes back with its
 * event, in a transaction of its own. What has its effect already has none again: the worker tells
 * by the watermark.
 */
public final class ForgetSetRedrives {
  private static final Logger LOG = Logger.getLogger(ForgetSetRedrives.class);
  private static final String TOPIC = Topics.FORGET_SET_CLOSED.name();

  private final FlowTable flow;
  private final Supplier<LetterSource> sources;
  private final RedriveTransport transport;
  private final Supplier<String> ids;
  private final Clock clock;

  /**
   * @param ids makes the ids of redrives
   */
  public ForgetSetRedrives(
      FlowTable flow,
      Supplier<LetterSource> sources,
      RedriveTransport transport,
      Supplier<String> ids,
      Clock clock) {
    this.flow = flow;
    this.sources = sources;
    this.transport = transport;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Sends the sets back in the given order, or tells which it would.
   *
   * @throws KafkaException when a set cannot be read; what was sent before stands
   */
  public synchronized RedriveReport redrive(
      List<String> forgetSetIds, boolean dryRun, String actorRef, String why) {
    String redriveId = dryRun ? null : ids.get();
    List<Line> lines = new ArrayList<>();
    try (LetterSource source = sources.get()) {
      for (String forgetSetId : forgetSetIds) {
        lines.add(redrive(forgetSetId, source, redriveId, actorRef, why));
      }
    }
    RedriveReport report = RedriveReport.of(redriveId, dryRun, false, lines);
    if (!dryRun) {
      LOG.infof(
          "redrive %s of forget sets by %s: %d sent back, %d skipped, %d failed",
          redriveId, actorRef, report.redriven(), report.skipped(), report.failed());
    }
    return report;
  }

  private Line redrive(
      String forgetSetId, LetterSource source, String redriveId, String actorRef, String why) {
    Optional<ForgetSetFlow> set = flow.forgetSet(forgetSetId);
    Optional<RecordPosition> position = flow.positionOf(forgetSetId);
    if (set.isEmpty() || position.isEmpty()) {
      return line(
          forgetSetId,
          "unknown",
          Action.FAIL,
          "the ledger remembers no such forget set; GET /v1/forget-sets lists those that it does");
    }
    String at = position.get().toString();
    Optional<String> settled = settled(set.get());
    if (settled.isPresent()) {
      return line(forgetSetId, at, Action.SKIP, settled.get());
    }
    Optional<ConsumerRecord<byte[], byte[]>> record = source.read(position.get());
    if (record.isEmpty()) {
      return line(
          forgetSetId,
          at,
          Action.FAIL,
          TOPIC
              + " no longer holds it; a recommender that lethe train tunes anew leaves its persons"
              + " out");
    }
    if (redriveId != null) {
      try {
        transport.send(
            List.of(
                new RedriveTransport.Sending(
                    DeadLetters.sentAgain(record.get(), redriveId, clock),
                    event(record.get(), redriveId, actorRef, why))));
      } catch (KafkaException failed) {
        LOG.error("a forget set could not be sent back", failed);
        return line(
            forgetSetId,
            at,
            Action.FAIL,
            "the broker did not take it ("
                + failed.getClass().getSimpleName()
                + "); see the ledger's log, mend that and try again");
      }
    }
    return new Line(
        forgetSetId,
        at,
        TOPIC,
        DeadLetters.attempts(record.get()),
        DeadLetters.redrives(record.get()),
        "",
        "",
        Action.REDRIVE,
        null);
  }

  /** Why the set need not be worked off again; empty where it may have to be. */
  private Optional<String> settled(ForgetSetFlow set) {
    boolean stands =
        flow.version(set.version())
            .filter(version -> !version.status().equals(VersionStatus.WITHDRAWN.name()))
            .isPresent();
    if (stands) {
      return Optional.of("version " + set.version() + " has forgotten it");
    }
    return set.state() == ForgetSetFlow.State.IN_WORK
        ? Optional.of("a worker is at it")
        : Optional.empty();
  }

  private DeadLetterRedriven event(
      ConsumerRecord<byte[], byte[]> record, String redriveId, String actorRef, String why) {
    return DeadLetterRedriven.newBuilder()
        .setRedriveId(redriveId)
        .setDeadLetterTopic(record.topic())
        .setDeadLetterPartition(record.partition())
        .setDeadLetterOffset(record.offset())
        .setSourceTopic(record.topic())
        .setSourcePartition(record.partition())
        .setSourceOffset(record.offset())
        .setAttempts(DeadLetters.attempts(record))
        .setRedrives(DeadLetters.redrives(record) + 1)
        .setActorRef(actorRef)
        .setWhy(why)
        .setRedrivenAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
        .build();
  }

  /** A set whose record was not read, so that nothing is known of its attempts. */
  private static Line line(String forgetSetId, String source, Action action, String because) {
    return new Line(forgetSetId, source, TOPIC, 0, 0, "", "", action, because);
  }
}
