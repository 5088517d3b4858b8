package io.lethe.worker;

import io.lethe.worker.claim.ForgetSetWork;
import io.lethe.worker.domain.JobInterruptedException;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
  private final Outcomes outcomes;

  ForgetSetConsumer(Worker worker, Outcomes outcomes) {
    this.worker = worker;
    this.outcomes = outcomes;
  }

  @Incoming("forget-sets")
  Uni<Void> consume(Message<byte[]> message) {
    IncomingKafkaRecordMetadata<byte[], byte[]> metadata = metadataOf(message);
    ConsumerRecord<byte[], byte[]> source = metadata.getRecord();
    ForgetSetWork work = worker.work();
    worker.replays().arrived();
    return Uni.createFrom()
        .<ForgetSetWork.Result>emitter(
            emitter ->
                worker
                    .training()
                    .execute(
                        () -> {
                          try {
                            worker.replays().beforeForgetSet();
                            emitter.complete(work.run(source));
                          } catch (RuntimeException failed) {
                            emitter.fail(failed);
                          } catch (Error broken) {
                            // The process ends, so the set must not be taken for failed.
                            emitter.fail(new JobInterruptedException(broken.toString()));
                            throw broken;
                          }
                        }))
        .chain(
            result ->
                outcomes
                    .commit(metadata, result.messages())
                    .invoke(() -> work.committed(source, result))
                    .invoke(() -> worker.prepareAfter(result))
                    .onFailure()
                    .invoke(failed -> work.aborted(source, result, failed)))
        .chain(() -> Uni.createFrom().completionStage(message.ack()))
        .onTermination()
        .invoke(() -> worker.replays().ended())
        .onFailure(this::isFinal)
        .recoverWithUni(this::end)
        .onFailure()
        .recoverWithUni(failed -> Uni.createFrom().completionStage(message.nack(failed)));
  }

  private boolean isFinal(Throwable failed) {
    return failed instanceof JobInterruptedException || outcomes.noteFencing(failed);
  }

  /** Never completes: nothing further is to be delivered to a worker that ends. */
  private Uni<Void> end(Throwable cause) {
    LOG.infof("takes no further forget sets: %s", cause.getMessage());
    return Uni.createFrom().nothing();
  }

  @SuppressWarnings("unchecked")
  private static IncomingKafkaRecordMetadata<byte[], byte[]> metadataOf(Message<byte[]> message) {
    return message
        .getMetadata(IncomingKafkaRecordMetadata.class)
        .map(metadata -> (IncomingKafkaRecordMetadata<byte[], byte[]>) metadata)
        .orElseThrow(() -> new IllegalStateException("forget-sets is no Kafka channel"));
  }
}
