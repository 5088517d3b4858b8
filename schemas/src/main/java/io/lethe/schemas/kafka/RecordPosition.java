package io.lethe.schemas.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a record lies; written {@code topic-partition@offset}.
 *
 * @param partition -1 where it is not known
 * @param offset -1 where it is not known
 */
public record RecordPosition(String topic, int partition, long offset)
    implements Comparable<RecordPosition> {

  /** The position of a record that was read. */
  public static RecordPosition of(ConsumerRecord<?, ?> record) {
    return new RecordPosition(record.topic(), record.partition(), record.offset());
  }

  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException when the text is none
   */
  public static RecordPosition parse(String text) {
    int at = text.lastIndexOf('@');
    int dash = at < 0 ? -1 : text.lastIndexOf('-', at);
    if (dash < 1) {
      throw malformed(text);
    }
    try {
      return new RecordPosition(
          text.substring(0, dash),
          Integer.parseInt(text.substring(dash + 1, at)),
          Long.parseLong(text.substring(at + 1)));
    } catch (NumberFormatException noNumber) {
      throw malformed(text);
    }
  }

  /** The partition. */
  public TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }

  /** True when partition and offset are known. */
  public boolean isKnown() {
    return partition >= 0 && offset >= 0;
  }

  @Override
  public int compareTo(RecordPosition other) {
    int byTopic = topic.compareTo(other.topic);
    int byPartition = byTopic == 0 ? Integer.compare(partition, other.partition) : byTopic;
    return byPartition == 0 ? Long.compare(offset, other.offset) : byPartition;
  }

  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "A position is written topic-partition@offset; got a text of "
            + text.length()
            + " characters that is none.");
  }
}
