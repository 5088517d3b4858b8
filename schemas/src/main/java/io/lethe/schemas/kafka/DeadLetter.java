package io.lethe.schemas.kafka;

import io.lethe.schemas.Topics;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * The shape of a dead letter: everything that {@link DeadLetters} wrote about a record, and nothing
 * of the record's own bytes. Headers that are missing or malformed, because somebody else wrote
 * them, are read as unknown.
 *
 * @param position where the letter lies
 * @param source where the record was found; its offset is -1 where the letter does not tell
 * @param keyBytes length of the key; -1 for none
 * @param valueBytes length of the value; -1 for none
 * @param omittedBytes size of the record that the letter only refers to; 0 where it carries it
 * @param writtenAt when the letter was written
 * @param firstSeen when it first failed
 * @param receivedAt when the record first reached our broker
 * @param attempts how often it was tried
 * @param redrives how often it was sent back
 * @param dueAt the legal deadline of the request it carries, where known
 * @param redrivenFrom the letter that was sent back and became this one
 */
public record DeadLetter(
    RecordPosition position,
    RecordPosition source,
    int keyBytes,
    int valueBytes,
    long omittedBytes,
    String errorClass,
    String reason,
    Instant writtenAt,
    Instant firstSeen,
    Instant receivedAt,
    int attempts,
    int redrives,
    Optional<Instant> dueAt,
    Optional<RecordPosition> redrivenFrom) {
  private static final String UNKNOWN = "unknown";

  /**
   * Reads a letter.
   *
   * @throws IllegalArgumentException when the record lies in no dead-letter topic
   */
  public static DeadLetter of(ConsumerRecord<byte[], byte[]> letter) {
    Headers headers = letter.headers();
    // The topic's name says where a letter belongs; a header could say anything.
    String sourceTopic = Topics.sourceOf(letter.topic());
    Instant written = Instant.ofEpochMilli(Math.max(0, letter.timestamp()));
    Instant firstSeen =
        orElse(DeadLetters.instant(headers, DeadLetters.FIRST_SEEN_HEADER), written);
    return new DeadLetter(
        RecordPosition.of(letter),
        new RecordPosition(
            sourceTopic,
            DeadLetters.number(headers, DeadLetters.SOURCE_PARTITION_HEADER, -1),
            longNumber(headers, DeadLetters.SOURCE_OFFSET_HEADER, -1)),
        letter.key() == null ? -1 : letter.key().length,
        letter.value() == null ? -1 : letter.value().length,
        longNumber(headers, DeadLetters.OMITTED_BYTES_HEADER, 0),
        orElse(CloudEvents.text(headers, DeadLetters.ERROR_CLASS_HEADER), UNKNOWN),
        orElse(CloudEvents.text(headers, DeadLetters.ERROR_REASON_HEADER), UNKNOWN),
        written,
        firstSeen,
        orElse(DeadLetters.instant(headers, DeadLetters.RECEIVED_AT_HEADER), firstSeen),
        DeadLetters.number(headers, DeadLetters.ATTEMPTS_HEADER, 1),
        DeadLetters.number(headers, DeadLetters.REDRIVES_HEADER, 0),
        Optional.ofNullable(DeadLetters.instant(headers, DeadLetters.DUE_AT_HEADER)),
        redrivenFrom(headers));
  }

  /** True where the letter refers to its record instead of carrying it. */
  public boolean isOmitted() {
    return omittedBytes > 0;
  }

  private static Optional<RecordPosition> redrivenFrom(Headers headers) {
    String text = CloudEvents.text(headers, DeadLetters.REDRIVEN_FROM_HEADER);
    try {
      return Optional.ofNullable(text).map(RecordPosition::parse);
    } catch (IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }

  private static long longNumber(Headers headers, String name, long otherwise) {
    String text = CloudEvents.text(headers, name);
    try {
      long number = text == null ? otherwise : Long.parseLong(text);
      return number < 0 ? otherwise : number;
    } catch (NumberFormatException foreign) {
      return otherwise;
    }
  }

  private static <T> T orElse(T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
