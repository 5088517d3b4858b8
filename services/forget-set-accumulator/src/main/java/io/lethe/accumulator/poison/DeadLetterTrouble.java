package io.lethe.accumulator.poison;

import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.RecordPosition;
import io.lethe.schemas.kafka.UnwritableDeadLetterException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jboss.logging.Logger;

/**
 * Knows whether a dead-letter topic is refusing letters. A success is not told to anybody, so the
 * trouble counts as over when it has not shown again for longer than any retry takes.
 */
public final class DeadLetterTrouble {
  private static final Logger LOG = Logger.getLogger(DeadLetterTrouble.class);

  /** Kafka makes the handlers, so that this one cannot be handed to them. */
  private static final DeadLetterTrouble OF_THE_PROCESS =
      new DeadLetterTrouble(Duration.ofMinutes(3), Clock.systemUTC());

  private record Sign(String text, Instant at) {}

  private final Duration standsFor;
  private final Clock clock;
  private volatile Sign last;

  DeadLetterTrouble(Duration standsFor, Clock clock) {
    this.standsFor = standsFor;
    this.clock = clock;
  }

  /** The one of this process. */
  public static DeadLetterTrouble ofTheProcess() {
    return OF_THE_PROCESS;
  }

  /** What an operator is to do; empty while letters are taken. */
  public Optional<String> remedy() {
    return Optional.ofNullable(last)
        .filter(sign -> sign.at().plus(standsFor).isAfter(clock.instant()))
        .map(Sign::text);
  }

  /** A dead-letter topic did not take a letter. */
  void note(String deadLetterTopic, Throwable cause) {
    String text =
        new UnwritableDeadLetterException(
                new RecordPosition(Topics.sourceOf(deadLetterTopic), -1, -1), cause)
            .getMessage()
            .replace(Topics.sourceOf(deadLetterTopic) + "--1@-1", "a record");
    LOG.error(text);
    last = new Sign(text, clock.instant());
  }

  /** The dead-letter topic that an error is about, if it is about one. */
  static Optional<String> topicOf(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      for (Topic<?> topic : Topics.all()) {
        boolean named =
            cause instanceof TopicAuthorizationException refused
                ? refused.unauthorizedTopics().contains(topic.name())
                : message.contains("topic " + topic.name() + " ")
                    || message.contains("Topic " + topic.name() + " ");
        if (named && Topics.isDeadLetter(topic.name())) {
          return Optional.of(topic.name());
        }
      }
    }
    return Optional.empty();
  }

  /** The error that names the cause: the last in the chain. */
  static Throwable rootOf(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
