package io.lethe.ledger.deadletter;

import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.DeadLetter;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * Which letters are meant; null or empty means whichever.
 *
 * @param topic the dead-letter topic or the topic that it takes the letters of
 * @param reason part of the reason or of the error's class, in any case
 * @param since only those that first failed then or later
 * @param until only those that first failed before
 * @param offsets only those at these offsets of the dead-letter topic
 */
public record LetterFilter(
    String topic, String reason, Instant since, Instant until, Set<Long> offsets) {
  /** Every letter. */
  public static final LetterFilter ALL = new LetterFilter(null, null, null, null, Set.of());

  public LetterFilter {
    topic =
        topic == null || topic.isEmpty() || Topics.isDeadLetter(topic)
            ? topic
            : Topics.deadLetter(topic);
    offsets = offsets == null ? Set.of() : Set.copyOf(offsets);
  }

  /** True when the letter is meant. */
  public boolean test(DeadLetter letter) {
    return (isAny(topic) || letter.position().topic().equals(topic))
        && (isAny(reason) || contains(letter.reason()) || contains(letter.errorClass()))
        && (since == null || !letter.firstSeen().isBefore(since))
        && (until == null || letter.firstSeen().isBefore(until))
        && (offsets.isEmpty() || offsets.contains(letter.position().offset()));
  }

  private boolean contains(String text) {
    return text.toLowerCase(Locale.ROOT).contains(reason.toLowerCase(Locale.ROOT));
  }

  private static boolean isAny(String text) {
    return text == null || text.isEmpty();
  }
}
