package io.lethe.schemas.kafka;

import io.lethe.schemas.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Makes dead letters: the original bytes and headers, and where they come from and why they could
 * not be used.
 */
public final class DeadLetters {
  public static final String SOURCE_TOPIC_HEADER = "lethe-source-topic";
  public static final String SOURCE_PARTITION_HEADER = "lethe-source-partition";
  public static final String SOURCE_OFFSET_HEADER = "lethe-source-offset";
  public static final String ERROR_CLASS_HEADER = "lethe-error-class";
  public static final String ERROR_REASON_HEADER = "lethe-error-reason";
  public static final String FIRST_SEEN_HEADER = "lethe-first-seen";
  public static final String ATTEMPTS_HEADER = "lethe-attempts";
  public static final String DUE_AT_HEADER = "lethe-due-at";

  /** A reason is one sentence; a longer text would be data. */
  private static final int REASON_CHARACTERS_MAX = 500;

  private DeadLetters() {}

  /**
   * As {@link #record(ConsumerRecord, Throwable, int, Instant, Clock)}, for a record whose deadline
   * is not known.
   */
  public static ProducerRecord<byte[], byte[]> record(
      ConsumerRecord<byte[], byte[]> source, Throwable error, int attempts, Clock clock) {
    return record(source, error, attempts, null, clock);
  }

  /**
   * The dead letter of a record, for {@code <topic>.dlq}.
   *
   * @param error why it could not be used. The messages of SerializationException and
   *     IllegalArgumentException are passed on, because ours name fields and shapes alone; of any
   *     other error only the class is, since its message may hold data
   * @param attempts how often it was tried, at least 1
   * @param dueAt the legal deadline of the request it carries; null when not known
   */
  public static ProducerRecord<byte[], byte[]> record(
      ConsumerRecord<byte[], byte[]> source,
      Throwable error,
      int attempts,
      Instant dueAt,
      Clock clock) {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1; got " + attempts + ".");
    }
    Headers headers = new RecordHeaders(source.headers().toArray());
    CloudEvents.put(headers, SOURCE_TOPIC_HEADER, source.topic());
    CloudEvents.put(headers, SOURCE_PARTITION_HEADER, Integer.toString(source.partition()));
    CloudEvents.put(headers, SOURCE_OFFSET_HEADER, Long.toString(source.offset()));
    CloudEvents.put(headers, ERROR_CLASS_HEADER, error.getClass().getName());
    CloudEvents.put(headers, ERROR_REASON_HEADER, reasonOf(error));
    CloudEvents.put(headers, ATTEMPTS_HEADER, Integer.toString(attempts));
    // A record that was redriven and failed again keeps the moment it first failed.
    if (headers.lastHeader(FIRST_SEEN_HEADER) == null) {
      CloudEvents.put(
          headers, FIRST_SEEN_HEADER, clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    }
    if (dueAt != null) {
      CloudEvents.put(headers, DUE_AT_HEADER, dueAt.truncatedTo(ChronoUnit.MILLIS).toString());
    }
    return new ProducerRecord<>(
        Topics.deadLetter(source.topic()), null, null, source.key(), source.value(), headers);
  }

  private static String reasonOf(Throwable error) {
    boolean ours =
        error instanceof SerializationException || error instanceof IllegalArgumentException;
    if (!ours || error.getMessage() == null) {
      return "Unexpected error; see lethe-error-class.";
    }
    String message = error.getMessage();
    return message.length() <= REASON_CHARACTERS_MAX
        ? message
        : message.substring(0, REASON_CHARACTERS_MAX);
  }
}
