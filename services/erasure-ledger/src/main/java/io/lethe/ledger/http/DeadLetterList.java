package io.lethe.ledger.http;

import io.lethe.ledger.deadletter.DeadLetterTable;
import io.lethe.ledger.deadletter.LetterState;
import io.lethe.ledger.deadletter.TrackedLetter;
import io.lethe.schemas.kafka.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A page of dead letters and the open ones in figures.
 *
 * @param complete false while the dead-letter topics are still being read
 * @param openByTopic dead-letter topic to how many of its letters nothing has been done about
 * @param oldestAgeSeconds null while none is open
 * @param timeLeftMinSeconds negative when a deadline has passed; null while none runs
 * @param untracked letters beyond lethe.dead-letters.records-max
 * @param next what to give as after for the next page; null at the end
 */
public record DeadLetterList(
    boolean complete,
    long open,
    Map<String, Long> openByTopic,
    Long oldestAgeSeconds,
    Long timeLeftMinSeconds,
    long untracked,
    List<Letter> letters,
    String next) {

  /**
   * One letter, without its bytes.
   *
   * @param id its position
   * @param keyBytes length of the record's key; -1 for none
   * @param valueBytes length of the record's value; -1 for none
   * @param omittedBytes size of a record that the letter only refers to; 0 where it carries it
   * @param deadline null where it carries no request
   * @param timeLeftSeconds until the deadline, negative when it has passed
   * @param actorRef keyed pseudonym of who sent it back
   */
  public record Letter(
      String id,
      String topic,
      long offset,
      String sourceTopic,
      int sourcePartition,
      long sourceOffset,
      int keyBytes,
      int valueBytes,
      long omittedBytes,
      String errorClass,
      String reason,
      Instant firstSeen,
      Instant receivedAt,
      int attempts,
      int redrives,
      String redrivenFrom,
      List<String> requestIds,
      Instant deadline,
      Long timeLeftSeconds,
      LetterState state,
      String redriveId,
      Instant redrivenAt,
      String actorRef,
      String why) {}

  static DeadLetterList of(
      DeadLetterTable.Page page, DeadLetterTable.Overview overview, boolean complete, Instant now) {
    return new DeadLetterList(
        complete,
        overview.open(),
        overview.byTopic(),
        overview.oldestAge().map(Duration::toSeconds).orElse(null),
        overview.timeLeftMin().map(Duration::toSeconds).orElse(null),
        overview.untracked(),
        page.letters().stream().map(letter -> letter(letter, now)).toList(),
        page.next().orElse(null));
  }

  private static Letter letter(TrackedLetter tracked, Instant now) {
    DeadLetter letter = tracked.letter();
    return new Letter(
        tracked.id(),
        letter.position().topic(),
        letter.position().offset(),
        letter.source().topic(),
        letter.source().partition(),
        letter.source().offset(),
        letter.keyBytes(),
        letter.valueBytes(),
        letter.omittedBytes(),
        letter.errorClass(),
        letter.reason(),
        letter.firstSeen(),
        letter.receivedAt(),
        letter.attempts(),
        letter.redrives(),
        letter.redrivenFrom().map(Object::toString).orElse(null),
        tracked.requestIds(),
        tracked.deadline().orElse(null),
        tracked.deadline().map(due -> Duration.between(now, due).toSeconds()).orElse(null),
        tracked.state(),
        tracked.redrive().map(TrackedLetter.Redrive::redriveId).orElse(null),
        tracked.redrive().map(TrackedLetter.Redrive::at).orElse(null),
        tracked.redrive().map(TrackedLetter.Redrive::actorRef).orElse(null),
        tracked.redrive().map(TrackedLetter.Redrive::why).orElse(null));
  }
}
