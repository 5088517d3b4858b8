package io.lethe.schemas.kafka;

import io.lethe.schemas.SubjectPartitioner;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The one contract of dead letters: the original bytes and headers, and in headers of ours where
 * they come from, why they could not be used, and the times that a legal deadline is counted by.
 * {@link DeadLetter} reads what this writes.
 */
public final class DeadLetters {
  public static final String SOURCE_TOPIC_HEADER = "lethe-source-topic";
  public static final String SOURCE_PARTITION_HEADER = "lethe-source-partition";
  public static final String SOURCE_OFFSET_HEADER = "lethe-source-offset";
  public static final String ERROR_CLASS_HEADER = "lethe-error-class";
  public static final String ERROR_REASON_HEADER = "lethe-error-reason";
  public static final String FIRST_SEEN_HEADER = "lethe-first-seen";
  public static final String RECEIVED_AT_HEADER = "lethe-received-at";
  public static final String ATTEMPTS_HEADER = "lethe-attempts";
  public static final String DUE_AT_HEADER = "lethe-due-at";
  public static final String OMITTED_BYTES_HEADER = "lethe-omitted-bytes";
  public static final String OMITTED_SHA256_HEADER = "lethe-omitted-sha256";
  public static final String REDRIVES_HEADER = "lethe-redrives";
  public static final String REDRIVE_ID_HEADER = "lethe-redrive-id";
  public static final String REDRIVEN_FROM_HEADER = "lethe-redriven-from";

  /** What is said of the failure, and goes when the record is sent back. */
  private static final List<String> OF_THE_FAILURE =
      List.of(
          SOURCE_TOPIC_HEADER,
          SOURCE_PARTITION_HEADER,
          SOURCE_OFFSET_HEADER,
          ERROR_CLASS_HEADER,
          ERROR_REASON_HEADER,
          OMITTED_BYTES_HEADER,
          OMITTED_SHA256_HEADER);

  /** What outlives a failure: a record that fails again goes on counting. */
  private static final List<String> OF_THE_RECORD =
      List.of(
          FIRST_SEEN_HEADER,
          RECEIVED_AT_HEADER,
          DUE_AT_HEADER,
          REDRIVES_HEADER,
          REDRIVE_ID_HEADER,
          REDRIVEN_FROM_HEADER);

  /** A reason is one sentence; a longer text would be data. */
  private static final int REASON_CHARACTERS_MAX = 500;

  /** Room for the headers of ours and for the frame of a batch. */
  private static final int OVERHEAD_BYTES = 8 * 1024;

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
   * The dead letter of a record, for {@code <topic>.dlq}. Where the record is larger than that
   * topic takes, the letter refers to it instead of carrying it, so that no record is too large to
   * be told of.
   *
   * @param error why it could not be used. The messages of SerializationException and
   *     IllegalArgumentException are passed on, because ours name fields and shapes alone; of any
   *     other error only the class is, since its message may hold data
   * @param attempts how often it was tried since it was read, at least 1; earlier attempts are
   *     added from its headers
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
    String topic = Topics.deadLetter(source.topic());
    boolean carried = bytesOf(source) + OVERHEAD_BYTES <= bytesMax(topic);
    Headers headers =
        carried ? new RecordHeaders(source.headers().toArray()) : ofTheRecord(source.headers());
    if (!carried) {
      CloudEvents.put(headers, OMITTED_BYTES_HEADER, Long.toString(bytesOf(source)));
      CloudEvents.put(headers, OMITTED_SHA256_HEADER, sha256(source.value()));
    }
    CloudEvents.put(headers, SOURCE_TOPIC_HEADER, source.topic());
    CloudEvents.put(headers, SOURCE_PARTITION_HEADER, Integer.toString(source.partition()));
    CloudEvents.put(headers, SOURCE_OFFSET_HEADER, Long.toString(source.offset()));
    CloudEvents.put(headers, ERROR_CLASS_HEADER, error.getClass().getName());
    CloudEvents.put(headers, ERROR_REASON_HEADER, reasonOf(error));
    // The header of a record that was sent back counts the attempt that just failed.
    int earlier = Math.max(0, number(source.headers(), ATTEMPTS_HEADER, 1) - 1);
    CloudEvents.put(headers, ATTEMPTS_HEADER, Integer.toString(earlier + attempts));
    // A record that was redriven and failed again keeps the moments it first came and failed.
    if (instant(headers, FIRST_SEEN_HEADER) == null) {
      put(headers, FIRST_SEEN_HEADER, clock.instant());
    }
    put(headers, RECEIVED_AT_HEADER, receivedAt(source, clock));
    if (dueAt != null) {
      put(headers, DUE_AT_HEADER, dueAt);
    }
    return new ProducerRecord<>(
        topic, null, null, carried ? source.key() : null, carried ? source.value() : null, headers);
  }

  /**
   * When a record reached our broker for the first time: what a legal deadline is counted from. The
   * time of a record that was sent back is that of its first coming; none lies in the future.
   */
  public static Instant receivedAt(ConsumerRecord<?, ?> record, Clock clock) {
    Instant now = clock.instant();
    Instant stamped = record.timestamp() < 0 ? now : Instant.ofEpochMilli(record.timestamp());
    Instant before = instant(record.headers(), RECEIVED_AT_HEADER);
    Instant earliest = before == null || before.isAfter(stamped) ? stamped : before;
    return earliest.isAfter(now) ? now : earliest;
  }

  /**
   * The record that a dead letter was made of, for the topic it came from. It counts one attempt
   * and one redrive more, and keeps the times that its deadline is counted by.
   *
   * @param letter the dead letter as it lies in its topic
   * @param original the source record, where the letter does not carry it; null where it does
   * @param redriveId names the redrive
   */
  public static ProducerRecord<byte[], byte[]> redriven(
      ConsumerRecord<byte[], byte[]> letter,
      ConsumerRecord<byte[], byte[]> original,
      String redriveId) {
    DeadLetter read = DeadLetter.of(letter);
    if (read.isOmitted() && original == null) {
      throw new IllegalArgumentException(
          "The dead letter does not carry its record; read it from the source first.");
    }
    ConsumerRecord<byte[], byte[]> bytes = original == null ? letter : original;
    Headers headers = new RecordHeaders(bytes.headers().toArray());
    for (Header header : ofTheRecord(letter.headers())) {
      headers.remove(header.key()).add(header);
    }
    OF_THE_FAILURE.forEach(headers::remove);
    CloudEvents.put(headers, ATTEMPTS_HEADER, Integer.toString(read.attempts() + 1));
    CloudEvents.put(headers, REDRIVES_HEADER, Integer.toString(read.redrives() + 1));
    CloudEvents.put(headers, REDRIVE_ID_HEADER, redriveId);
    CloudEvents.put(headers, REDRIVEN_FROM_HEADER, RecordPosition.of(letter).toString());
    // The partitioner knows where a key belongs; a record may have failed because it lay elsewhere.
    String topic = read.source().topic();
    boolean placed = SubjectPartitioner.placeOf(topic, bytes.key(), 1).isPresent();
    Integer partition = placed ? null : Integer.valueOf(Math.max(0, read.source().partition()));
    return new ProducerRecord<>(topic, partition, null, bytes.key(), bytes.value(), headers);
  }

  /**
   * A record of its topic once more, though it is no dead letter. It counts one attempt and one
   * redrive more, and keeps the moment that it first came.
   *
   * @param redriveId names the redrive
   */
  public static ProducerRecord<byte[], byte[]> sentAgain(
      ConsumerRecord<byte[], byte[]> record, String redriveId, Clock clock) {
    Headers headers = new RecordHeaders(record.headers().toArray());
    put(headers, RECEIVED_AT_HEADER, receivedAt(record, clock));
    CloudEvents.put(headers, ATTEMPTS_HEADER, Integer.toString(attempts(record) + 1));
    CloudEvents.put(headers, REDRIVES_HEADER, Integer.toString(redrives(record) + 1));
    CloudEvents.put(headers, REDRIVE_ID_HEADER, redriveId);
    CloudEvents.put(headers, REDRIVEN_FROM_HEADER, RecordPosition.of(record).toString());
    return new ProducerRecord<>(
        record.topic(), record.partition(), null, record.key(), record.value(), headers);
  }

  /** How often a record was tried when this is its last attempt; 1 where it does not tell. */
  public static int attempts(ConsumerRecord<?, ?> record) {
    return Math.max(1, number(record.headers(), ATTEMPTS_HEADER, 1));
  }

  /** How often a record was sent back so far. */
  public static int redrives(ConsumerRecord<?, ?> record) {
    return number(record.headers(), REDRIVES_HEADER, 0);
  }

  /** Hex SHA-256 of a value, as {@link #OMITTED_SHA256_HEADER} names it; that of null is empty. */
  public static String sha256(byte[] value) {
    if (value == null) {
      return "";
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("[BUG] Every JDK has SHA-256.", missing);
    }
  }

  /** The instant that a header tells; null where it tells none. */
  static Instant instant(Headers headers, String name) {
    String text = CloudEvents.text(headers, name);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException foreign) {
      return null;
    }
  }

  /** The number from 0 on that a header tells; the other where it tells none. */
  static int number(Headers headers, String name, int otherwise) {
    String text = CloudEvents.text(headers, name);
    try {
      int number = text == null ? otherwise : Integer.parseInt(text);
      return number < 0 ? otherwise : number;
    } catch (NumberFormatException foreign) {
      return otherwise;
    }
  }

  private static void put(Headers headers, String name, Instant time) {
    CloudEvents.put(headers, name, time.truncatedTo(ChronoUnit.MILLIS).toString());
  }

  private static Headers ofTheRecord(Headers headers) {
    Headers kept = new RecordHeaders();
    for (String name : OF_THE_RECORD) {
      Header header = headers.lastHeader(name);
      if (header != null) {
        kept.add(header);
      }
    }
    return kept;
  }

  private static long bytesOf(ConsumerRecord<byte[], byte[]> record) {
    long bytes = record.key() == null ? 0 : record.key().length;
    bytes += record.value() == null ? 0 : record.value().length;
    for (Header header : record.headers()) {
      bytes += header.key().length() * 3L + (header.value() == null ? 0 : header.value().length);
    }
    return bytes;
  }

  private static long bytesMax(String deadLetterTopic) {
    return Topics.named(deadLetterTopic).map(Topic::maxMessageBytes).orElse(Topics.VALUE_BYTES_MAX);
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
