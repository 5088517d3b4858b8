package io.lethe.worker;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.kafka.transactions.KafkaTransactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Commits what this worker made, one transaction each and one after another. All go through the
 * producer of this worker's name, so that whoever takes the name over has every later one refused.
 */
@ApplicationScoped
class Outcomes {
  private static final Logger LOG = Logger.getLogger(Outcomes.class);

  private final KafkaTransactions<byte[]> transactions;
  private volatile boolean fenced;

  Outcomes(@Channel("outcomes") KafkaTransactions<byte[]> transactions) {
    this.transactions = transactions;
  }

  /** Commits a message, where there is one, with the offset of the record that it came from. */
  Uni<Void> commit(Message<?> source, Optional<ProducerRecord<byte[], byte[]>> message) {
    return transactions.withTransaction(
        source,
        emitter -> {
          message.ifPresent(record -> emitter.send(outgoing(record)));
          return Uni.createFrom().voidItem();
        });
  }

  /**
   * Commits a message that no record stands behind, and waits for it.
   *
   * @throws RuntimeException when it was refused, or not committed within the limit
   */
  void commit(ProducerRecord<byte[], byte[]> message, Duration limit) {
    try {
      transactions
          .<Void>withTransaction(
              emitter -> {
                emitter.send(outgoing(message));
                return Uni.createFrom().voidItem();
              })
          .await()
          .atMost(limit);
    } catch (RuntimeException failed) {
      noteFencing(failed);
      throw failed;
    }
  }

  /** True where the failure says that another worker of the same name took over. */
  boolean noteFencing(Throwable failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException
          || cause instanceof FencedInstanceIdException) {
        fenced = true;
        LOG.error(
            "another worker of this lethe.replica-id took over; this one does no further work: end"
                + " it, or give it a name of its own");
        return true;
      }
    }
    return false;
  }

  /** True once another worker of the same name took over; only a new process helps. */
  boolean isFenced() {
    return fenced;
  }

  private static Message<byte[]> outgoing(ProducerRecord<byte[], byte[]> record) {
    return Message.of(record.value())
        .addMetadata(
            OutgoingKafkaRecordMetadata.<byte[]>builder()
                .withTopic(record.topic())
                .withKey(record.key())
                .withHeaders(record.headers())
                .build());
  }
}
