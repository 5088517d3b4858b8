package io.lethe.worker.publish;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.KafkaProducer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * One transaction of messages and the offset of the record that they came from, which succeeds only
 * where the broker committed it. The messaging library's own transactions report success, too,
 * where a commit failed and was taken back, for example because the partition went to another
 * worker meanwhile; the worker then took a candidate for published that nobody ever saw.
 */
public final class OutcomeTransaction {
  private static final Logger LOG = Logger.getLogger(OutcomeTransaction.class);

  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicBoolean running = new AtomicBoolean();

  public OutcomeTransaction(KafkaProducer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /**
   * Commits the messages, where there are any, with their source's offset. Where that fails it is
   * taken back, and the consumer reads on from what is committed.
   *
   * @param generation of the group when the source was delivered
   */
  public Uni<Void> commit(
      KafkaConsumer<byte[], byte[]> consumer,
      ConsumerRecord<byte[], byte[]> source,
      int generation,
      List<ProducerRecord<byte[], byte[]>> messages) {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        Map.of(
            new TopicPartition(source.topic(), source.partition()),
            new OffsetAndMetadata(source.offset() + 1));
    return run(
            messages,
            consumer
                .consumerGroupMetadata()
                .invoke(group -> requireGeneration(group, generation))
                .chain(group -> producer.sendOffsetsToTransaction(offsets, group)))
        .onFailure()
        .call(failed -> quietly(consumer.resetToLastCommittedPositions()));
  }

  /** Commits a message that no record stands behind. */
  public Uni<Void> commit(ProducerRecord<byte[], byte[]> message) {
    return run(List.of(message), Uni.createFrom().voidItem());
  }

  private Uni<Void> run(List<ProducerRecord<byte[], byte[]>> messages, Uni<Void> beforeCommit) {
    return Uni.createFrom()
        .deferred(
            () -> {
              if (!running.compareAndSet(false, true)) {
                throw new IllegalStateException(
                    "another outcome is being committed; outcomes are committed one at a time");
              }
              return producer
                  .beginTransaction()
                  .chain(
                      () ->
                          begun(messages, beforeCommit)
                              .onFailure()
                              .call(failed -> quietly(producer.abortTransaction())))
                  .eventually(() -> running.set(false));
            });
  }

  private Uni<Void> begun(List<ProducerRecord<byte[], byte[]>> messages, Uni<Void> beforeCommit) {
    Uni<Void> sent = Uni.createFrom().voidItem();
    for (ProducerRecord<byte[], byte[]> message : messages) {
      sent = sent.chain(() -> producer.send(message).replaceWithVoid());
    }
    return sent.chain(() -> beforeCommit).chain(producer::commitTransaction);
  }

  private static void requireGeneration(ConsumerGroupMetadata group, int generation) {
    if (group.generationId() != generation) {
      throw new CommitFailedException(
          "the forget set was delivered in generation "
              + generation
              + " of the group, which is in generation "
              + group.generationId()
              + " now: its partition may be another worker's");
    }
  }

  /** What fails while a failure is dealt with must not hide it. */
  private static Uni<Void> quietly(Uni<Void> attempt) {
    return attempt
        .onFailure()
        .invoke(failed -> LOG.warnf("after a failed commit: %s", failed.toString()))
        .onFailure()
        .recoverWithNull();
  }
}
