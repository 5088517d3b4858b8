package io.lethe.catalog.release;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.VersionMove;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes to adapter.version, one transaction a decision. The transactional id belongs to the model,
 * so that a newer catalog fences an older one.
 */
public final class VersionWriter implements AutoCloseable {
  static final String SOURCE = "adapter-catalog";

  private final Producer<byte[], byte[]> producer;
  private final Serializer<SpecificRecord> values;
  private final Supplier<ConsumerGroupMetadata> group;
  private final VersionSigner signer;

  /** As below, without a signature on versions. */
  VersionWriter(
      Producer<byte[], byte[]> producer,
      Serializer<SpecificRecord> values,
      Supplier<ConsumerGroupMetadata> group) {
    this(producer, values, group, VersionSigner.none());
  }

  /**
   * Fences every earlier writer of the model.
   *
   * @param group of the consumer that the candidates come from, as it is at the commit
   * @param signer signs every version that is written
   */
  public VersionWriter(
      Producer<byte[], byte[]> producer,
      Serializer<SpecificRecord> values,
      Supplier<ConsumerGroupMetadata> group,
      VersionSigner signer) {
    this.signer = signer;
    this.producer = producer;
    this.values = values;
    this.group = group;
    producer.initTransactions();
  }

  /** The version as a record of adapter.version. */
  ProducerRecord<byte[], byte[]> message(AdapterVersion version) {
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(
            Topics.ADAPTER_VERSION.name(),
            version.getModelId().getBytes(StandardCharsets.UTF_8),
            values.serialize(Topics.ADAPTER_VERSION.name(), signer.signed(version)));
    CloudEvents.stamp(
        message.headers(),
        Topics.ADAPTER_VERSION.name(),
        SOURCE,
        eventId(version),
        version.getMove() == null ? version.getReleasedAt() : version.getMove().getMovedAt());
    if (version.getForgetSetId() != null) {
      TraceContext.ofForgetSet(version.getForgetSetId()).stamp(message.headers());
    }
    return message;
  }

  /** A version that is told again because of a move is another event. */
  private static String eventId(AdapterVersion version) {
    String id = version.getModelId() + "/" + version.getVersion();
    VersionMove move = version.getMove();
    return move == null ? id : id + "/" + move.getKind() + "/" + move.getMovedAt().toEpochMilli();
  }

  /** Whether a version on the topic lacks this writer's signature. */
  boolean mustSign(AdapterVersion version) {
    return signer.mustSign(version);
  }

  /** Commits versions that no candidate stands behind, all or none. */
  void commit(List<AdapterVersion> versions) {
    List<ProducerRecord<byte[], byte[]>> messages = versions.stream().map(this::message).toList();
    inTransaction(() -> messages.forEach(producer::send));
  }

  /** Commits the record's offset together with the messages. */
  void commit(
      ConsumerRecord<byte[], byte[]> record, List<ProducerRecord<byte[], byte[]>> messages) {
    inTransaction(
        () -> {
          messages.forEach(producer::send);
          producer.sendOffsetsToTransaction(
              Map.of(
                  new TopicPartition(record.topic(), record.partition()),
                  new OffsetAndMetadata(record.offset() + 1)),
              group.get());
        });
  }

  @Override
  public void close() {
    producer.close();
  }

  private void inTransaction(Runnable work) {
    producer.beginTransaction();
    try {
      work.run();
      producer.commitTransaction();
    } catch (ProducerFencedException fenced) {
      // A fenced producer cannot even abort; its successor already did.
      throw fenced;
    } catch (KafkaException failed) {
      abort(failed);
      throw failed;
    }
  }

  private void abort(KafkaException cause) {
    try {
      producer.abortTransaction();
    } catch (KafkaException alsoFailed) {
      cause.addSuppressed(alsoFailed);
    }
  }
}
