package io.lethe.ledger.deadletter;

import io.lethe.ledger.deadletter.RedriveReport.Action;
import io.lethe.ledger.deadletter.RedriveReport.Line;
import io.lethe.ledger.deadletter.RedriveTransport.Sending;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.DeadLetter;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.schemas.kafka.RecordPosition;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;

/**
 * Sends dead letters back where they came from. A letter goes back in one transaction with the
 * event that tells of it, so that a letter whose event is there is never sent twice, whatever fails
 * in between. Only the topics that are work are sent to; what a service publishes as its own state
 * it publishes anew.
 */
public final class RedriveOffice {
  private static final Logger LOG = Logger.getLogger(RedriveOffice.class);
  private static final int CHUNK_LETTERS_MAX = 50;
  private static final long CHUNK_BYTES_MAX = 8L * 1024 * 1024;

  /** Topics whose records others write and a service works off. */
  private static final Set<String> WORK =
      Set.of(
          Topics.CATALOG_ITEM.name(),
          Topics.PROFILE_SUBJECT.name(),
          Topics.INTERACTION_RECORDED.name(),
          Topics.DELETION_SUBMITTED.name(),
          Topics.DELETION_REQUESTED.name(),
          Topics.FORGET_SET_CLOSED.name(),
          Topics.ADAPTER_TRAINED.name());

  private final DeadLetterTable table;
  private final CarriedRequests requests;
  private final BiPredicate<String, String> answered;
  private final Supplier<LetterSource> sources;
  private final RedriveTransport transport;
  private final int redrivesMax;
  private final Supplier<String> ids;
  private final Clock clock;

  /** Letters judged but not sent yet. */
  private static final class Chunk {
    private final List<Line> lines = new ArrayList<>();
    private final List<Sending> sendings = new ArrayList<>();
    private long bytes;
  }

  /**
   * @param answered as {@link DeadLetterTable} has it
   * @param redrivesMax how often one record may be sent back
   * @param ids makes the ids of redrives
   */
  public RedriveOffice(
      DeadLetterTable table,
      CarriedRequests requests,
      BiPredicate<String, String> answered,
      Supplier<LetterSource> sources,
      RedriveTransport transport,
      int redrivesMax,
      Supplier<String> ids,
      Clock clock) {
    this.table = table;
    this.requests = requests;
    this.answered = answered;
    this.sources = sources;
    this.transport = transport;
    this.redrivesMax = redrivesMax;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Does, or tells, what the order asks for. One order at a time.
   *
   * @throws KafkaException when the letters cannot be read; what was sent before stands
   */
  public synchronized RedriveReport redrive(RedriveOrder order) {
    String redriveId = order.dryRun() ? null : ids.get();
    // Letters that are named one by one are answered for one by one; of the rest, those settled
    // would only fill the limit.
    LetterState state = order.filter().offsets().isEmpty() ? LetterState.OPEN : null;
    DeadLetterTable.Page page =
        table.list(order.filter(), state, Duration.ZERO, null, order.limit());
    List<Line> lines = new ArrayList<>();
    try (LetterSource source = sources.get()) {
      Chunk chunk = new Chunk();
      for (TrackedLetter letter : page.letters()) {
        judge(letter, source, order, redriveId, chunk);
        if (chunk.sendings.size() >= CHUNK_LETTERS_MAX || chunk.bytes >= CHUNK_BYTES_MAX) {
          lines.addAll(finish(chunk));
          chunk = new Chunk();
        }
      }
      lines.addAll(finish(chunk));
    }
    RedriveReport report =
        RedriveReport.of(redriveId, order.dryRun(), page.next().isPresent(), lines);
    if (!order.dryRun()) {
      LOG.infof(
          "redrive %s by %s: %d sent back, %d skipped, %d refused, %d failed",
          redriveId,
          order.actorRef(),
          report.redriven(),
          report.skipped(),
          report.refused(),
          report.failed());
    }
    return report;
  }

  private void judge(
      TrackedLetter tracked,
      LetterSource source,
      RedriveOrder order,
      String redriveId,
      Chunk chunk) {
    DeadLetter letter = tracked.letter();
    Optional<Line> settled = settled(tracked);
    if (settled.isPresent()) {
      chunk.lines.add(settled.get());
      return;
    }
    Optional<ConsumerRecord<byte[], byte[]>> written = source.read(letter.position());
    Optional<ConsumerRecord<byte[], byte[]>> original =
        letter.isOmitted() && letter.source().isKnown()
            ? source.read(letter.source()).filter(record -> isSame(record, written))
            : Optional.empty();
    if (written.isEmpty() || (letter.isOmitted() && original.isEmpty())) {
      chunk.lines.add(
          line(
              letter,
              Action.FAIL,
              (written.isEmpty() ? "the dead-letter topic" : "the source topic")
                  + " no longer holds its bytes; ask the producer to send the record anew"));
      return;
    }
    ConsumerRecord<byte[], byte[]> bytes = original.orElseGet(written::get);
    try {
      String topic = letter.source().topic();
      List<String> carried = requests.ids(topic, bytes.value());
      if (!carried.isEmpty() && carried.stream().allMatch(id -> answered.test(topic, id))) {
        chunk.lines.add(line(letter, Action.SKIP, "what it asks for has since been done"));
        return;
      }
    } catch (RetriableException away) {
      chunk.lines.add(
          line(
              letter,
              Action.FAIL,
              "the schema registry does not answer, so that it is not known whether it was done"
                  + " since; try again when it is back"));
      return;
    }
    if (source.isSuperseded(letter, bytes.key())) {
      chunk.lines.add(
          line(letter, Action.SKIP, "a later record of the same key has taken its place"));
      return;
    }
    chunk.lines.add(line(letter, Action.REDRIVE, null));
    if (!order.dryRun()) {
      chunk.bytes += bytes.value() == null ? 0 : bytes.value().length;
      chunk.sendings.add(
          new Sending(
              DeadLetters.redriven(written.get(), original.orElse(null), redriveId),
              event(letter, order, redriveId)));
    }
  }

  private Optional<Line> settled(TrackedLetter tracked) {
    DeadLetter letter = tracked.letter();
    if (tracked.redrive().isPresent()) {
      TrackedLetter.Redrive before = tracked.redrive().get();
      return Optional.of(
          line(
              letter,
              Action.SKIP,
              "redrive " + before.redriveId() + " sent it back at " + before.at()));
    }
    if (tracked.state() == LetterState.ANSWERED) {
      return Optional.of(line(letter, Action.SKIP, "what it asks for has since been done"));
    }
    if (!WORK.contains(letter.source().topic())) {
      return Optional.of(
          line(
              letter,
              Action.REFUSE,
              letter.source().topic()
                  + " is the state that one service publishes; restart that service to publish it"
                  + " anew"));
    }
    if (letter.redrives() >= redrivesMax) {
      return Optional.of(
          line(
              letter,
              Action.REFUSE,
              "it was sent back "
                  + letter.redrives()
                  + " times, the most that lethe.dead-letters.redrives-max allows; mend what its"
                  + " reason names and raise that, or ask the producer to send the record anew"));
    }
    return Optional.empty();
  }

  /** Sends what the chunk holds; when that fails, its letters say so. */
  private List<Line> finish(Chunk chunk) {
    if (chunk.sendings.isEmpty()) {
      return chunk.lines;
    }
    try {
      transport.send(chunk.sendings);
    } catch (KafkaException failed) {
      LOG.error("a redrive could not send its letters back; none of the batch was", failed);
      String because =
          "the broker did not take it ("
              + failed.getClass().getSimpleName()
              + "), and nothing of its batch was sent; see the ledger's log, mend that and try again";
      return chunk.lines.stream()
          .map(line -> line.action() == Action.REDRIVE ? failed(line, because) : line)
          .toList();
    }
    chunk.sendings.forEach(sending -> table.redriven(sending.event()));
    return chunk.lines;
  }

  private DeadLetterRedriven event(DeadLetter letter, RedriveOrder order, String redriveId) {
    RecordPosition position = letter.position();
    return DeadLetterRedriven.newBuilder()
        .setRedriveId(redriveId)
        .setDeadLetterTopic(position.topic())
        .setDeadLetterPartition(position.partition())
        .setDeadLetterOffset(position.offset())
        .setSourceTopic(letter.source().topic())
        .setSourcePartition(letter.source().partition())
        .setSourceOffset(letter.source().offset())
        .setErrorClass(letter.errorClass())
        .setAttempts(letter.attempts())
        .setRedrives(letter.redrives() + 1)
        .setActorRef(order.actorRef())
        .setWhy(order.why())
        .setRedrivenAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
        .build();
  }

  /** A topic that was made anew has other records at the old positions. */
  private static boolean isSame(
      ConsumerRecord<byte[], byte[]> record, Optional<ConsumerRecord<byte[], byte[]>> written) {
    return written
        .map(found -> CloudEvents.text(found.headers(), DeadLetters.OMITTED_SHA256_HEADER))
        .filter(digest -> Objects.equals(digest, DeadLetters.sha256(record.value())))
        .isPresent();
  }

  private static Line failed(Line line, String because) {
    return new Line(
        line.id(),
        line.source(),
        line.target(),
        line.attempts(),
        line.redrives(),
        line.errorClass(),
        line.reason(),
        Action.FAIL,
        because);
  }

  private static Line line(DeadLetter letter, Action action, String because) {
    return new Line(
        letter.position().toString(),
        letter.source().isKnown() ? letter.source().toString() : letter.source().topic(),
        letter.source().topic(),
        letter.attempts(),
        letter.redrives(),
        letter.errorClass(),
        letter.reason(),
        action,
        because);
  }
}
