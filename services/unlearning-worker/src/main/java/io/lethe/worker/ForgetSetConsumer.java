package io.lethe.worker;

import io.lethe.worker.claim.ForgetSetWork;
import io.lethe.worker.domain.JobInterruptedException;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.kafka.transactions.KafkaTransactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Takes forget sets one at a time. The work runs on the training thread, outside of any
 * transaction, while the poll loop goes on with the partition paused; then result and offset go
 * into one short transaction. A worker that was overtaken meanwhile finds its transaction refused.
 */
@ApplicationScoped
class ForgetSetConsumer {
  private static final Logger LOG = Logger.getLogger(ForgetSetConsumer.class);

  private final Worker worker;
  private final KafkaTransactions<byte[]> transactions;
  private volatile boolean fenced;

  ForgetSetConsumer(Worker worker, @Channel("outcomes") KafkaTransactions<byte[]> transactions) {
    this.worker = worker;
    this.transactions = transactions;
  }

  @Incoming("forget-sets")
  Uni<Void> consume(Message<byte[]> message) {
    ConsumerRecord<byte[], byte[]> source = sourceOf(message);
    ForgetSetWork work = worker.work();
    return Uni.createFrom()
        .<ForgetSetWork.Result>emitter(
            emitter ->
                worker
                    .training()
                    .execute(
                        () -> {
                          try {
                            emitter.complete(work.run(source));
                          } catch (RuntimeException failed) {
                            emitter.fail(failed);
                          }
                        }))
        .chain(
            result ->
                commit(message, result.message())
                    .invoke(() -> work.committed(source, result))
                    .onFailure()
                    .invoke(failed -> work.aborted(result, failed)))
        .chain(() -> Uni.createFrom().completionStage(message.ack()))
        .onFailure(this::isFinal)
        .recoverWithUni(this::end)
        .onFailure()
        .recoverWithUni(failed -> Uni.createFrom().completionStage(message.nack(failed)));
  }

  /** True once another worker of the same name took over; only a new process helps. */
  boolean isFenced() {
    return fenced;
  }

  private Uni<Void> commit(Message<?> source, Optional<ProducerRecord<byte[], byte[]>> message) {
    return transactions.withTransaction(
        source,
        emitter -> {
          message.ifPresent(record -> emitter.send(outgoing(record)));
          return Uni.createFrom().voidItem();
        });
  }

  private boolean isFinal(Throwable failed) {
    if (failed instanceof JobInterruptedException) {
      return true;
    }
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

  /** Never completes: nothing further is to be delivered to a worker that ends. */
  private Uni<Void> end(Throwable cause) {
    LOG.infof("takes no further forget sets: %s", cause.getMessage());
    return Uni.createFrom().nothing();
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

  @SuppressWarnings("unchecked")
  private static ConsumerRecord<byte[], byte[]> sourceOf(Message<byte[]> message) {
    return message
        .getMetadata(IncomingKafkaRecordMetadata.class)
        .map(metadata -> (ConsumerRecord<byte[], byte[]>) metadata.getRecord())
        .orElseThrow(() -> new IllegalStateException("forget-sets is no Kafka channel"));
  }
}
