package io.lethe.worker;

import io.lethe.worker.publish.OutcomeTransaction;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.kafka.transactions.KafkaTransactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.jboss.logging.Logger;

/**
 * Commits what this worker made, one transaction each and one after another. All go through the
 * producer of this worker's name, so that whoever takes the name over has every later one refused.
 */
@ApplicationScoped
class Outcomes {
  private static final Logger LOG = Logger.getLogger(Outcomes.class);

  private static final String OUTCOMES = "outcomes";
  private static final String FORGET_SETS = "forget-sets";

  private final KafkaClientService clients;
  private final OutcomeTransaction transaction;
  private volatile boolean fenced;

  /**
   * Outcomes over the channel's producer.
   *
   * @param channel makes the messaging library connect the producer
   */
  Outcomes(@Channel(OUTCOMES) KafkaTransactions<byte[]> channel, KafkaClientService clients) {
    this.clients = clients;
    this.transaction = new OutcomeTransaction(clients.getProducer(OUTCOMES));
  }

  /** Commits messages, where there are any, with the offset of the record that they came from. */
  Uni<Void> commit(
      IncomingKafkaRecordMetadata<byte[], byte[]> source,
      List<ProducerRecord<byte[], byte[]>> messages) {
    return transaction.commit(
        clients.getConsumer(FORGET_SETS),
        source.getRecord(),
        source.getConsumerGroupGenerationId(),
        messages);
  }

  /**
   * Commits a message that no record stands behind, and waits for it.
   *
   * @throws RuntimeException when it was refused, or not committed within the limit
   */
  void commit(ProducerRecord<byte[], byte[]> message, Duration limit) {
    try {
      transaction.commit(message).await().atMost(limit);
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
}
