package io.lethe.schemas.kafka;

import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A dead-letter topic did not take a letter. The record stays where it is and is tried again, so
 * nothing is lost; the message tells an operator what to do.
 */
public final class UnwritableDeadLetterException extends KafkaException {
  private static final long serialVersionUID = 1L;

  /**
   * @param source where the record lies
   * @param cause why its letter was not taken
   */
  public UnwritableDeadLetterException(RecordPosition source, Throwable cause) {
    super(
        "The dead letter of "
            + source
            + " could not be written to "
            + Topics.deadLetter(source.topic())
            + " ("
            + root(cause).getClass().getSimpleName()
            + "). The record is kept where it is and tried again; "
            + remedy(Topics.deadLetter(source.topic()), root(cause)),
        cause);
  }

  private static String remedy(String topic, Throwable cause) {
    if (cause instanceof AuthorizationException) {
      return "grant this service's principal WRITE and DESCRIBE on " + topic + ".";
    }
    if (cause instanceof RecordTooLargeException) {
      return "raise max.message.bytes of "
          + topic
          + " to "
          + Topics.named(topic).map(Topic::maxMessageBytes).orElse(Topics.VALUE_BYTES_MAX)
          + " or more.";
    }
    if (cause instanceof UnknownTopicOrPartitionException || cause instanceof TimeoutException) {
      return "create " + topic + " if it is missing, else see that its broker answers.";
    }
    return "see that the broker takes records for " + topic + ", and its log for why it does not.";
  }

  private static Throwable root(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null
        && (cause instanceof ExecutionException || cause.getClass() == KafkaException.class)) {
      cause = cause.getCause();
    }
    return cause;
  }
}
