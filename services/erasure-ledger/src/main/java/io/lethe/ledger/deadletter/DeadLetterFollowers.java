package io.lethe.ledger.deadletter;

import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.kafka.DeadLetter;
import io.lethe.schemas.kafka.TopicFollower;
import io.lethe.schemas.kafka.TopicFollowerBuilder;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Feeds the table: first what was sent back, to its end, then every dead-letter topic. */
public final class DeadLetterFollowers implements AutoCloseable {
  private final DeadLetterTable table;
  private final CarriedRequests requests;
  private final TopicFollower<DeadLetterRedriven> redrives;
  private final TopicFollower<Object> letters;
  private volatile boolean closed;

  /**
   * @param settings as {@code KafkaSettings.follower} gives them
   * @param onUnusable gets the topic of each record that could not be used
   */
  public DeadLetterFollowers(
      DeadLetterTable table,
      CarriedRequests requests,
      Map<String, Object> settings,
      Consumer<String> onUnusable,
      Clock clock) {
    this.table = table;
    this.requests = requests;
    this.redrives =
        TopicFollower.<DeadLetterRedriven>builder()
            .name("follow-redrives")
            .topic(Topics.DEAD_LETTER_REDRIVEN)
            .config(settings)
            .clock(clock)
            .onRecord(
                followed -> {
                  if (!followed.isTombstone()) {
                    table.redriven(followed.value());
                  }
                })
            .onPoison(poison -> onUnusable.accept(poison.source().topic()))
            .onCaughtUp(this::redrivesKnown)
            .build();
    TopicFollowerBuilder<Object> builder =
        TopicFollower.<Object>builder()
            .name("follow-dead-letters")
            .config(settings)
            .clock(clock)
            .onBytes(this::apply);
    for (Topic<?> topic : Topics.all()) {
      if (Topics.isDeadLetter(topic.name())) {
        builder.topic(topic);
      }
    }
    this.letters = builder.build();
  }

  /** Starts to follow; returns at once. */
  public void start() {
    redrives.start();
  }

  /** True once every letter, and what was sent back, is known. */
  public boolean isCaughtUp() {
    return redrives.isCaughtUp() && letters.isCaughtUp();
  }

  /** Why a follower stopped by itself; only a restart mends it. */
  public Optional<String> failure() {
    return Stream.of(redrives, letters)
        .flatMap(follower -> follower.failure().stream())
        .map(failure -> "a follower of dead letters stopped: " + failure.getClass().getSimpleName())
        .findFirst();
  }

  @Override
  public void close() {
    closed = true;
    redrives.close();
    letters.close();
  }

  private void redrivesKnown() {
    if (!closed) {
      letters.start();
    }
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    DeadLetter letter = DeadLetter.of(record);
    table.put(letter, requests.idsIfReadable(letter.source().topic(), record.value()));
  }
}
