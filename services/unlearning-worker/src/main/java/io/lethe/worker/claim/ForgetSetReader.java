package io.lethe.worker.claim;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.seal.DataKeys;
import io.lethe.schemas.seal.SampleSeals;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Turns a record of forget-set.closed into a forget set of this worker's model. */
public final class ForgetSetReader {
  private final String modelId;
  private final Deserializer<ForgetSetClosed> values;
  private final DataKeys keys;

  /**
   * @param keys open the samples
   */
  public ForgetSetReader(String modelId, Deserializer<ForgetSetClosed> values, DataKeys keys) {
    this.modelId = modelId;
    this.values = values;
    this.keys = keys;
  }

  /**
   * The forget set, with all its samples in clear.
   *
   * @throws SerializationException when the record is poison, or its samples are shredded
   * @throws org.apache.kafka.common.errors.RetriableException when the registry is away
   */
  public ForgetSetClosed read(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      throw new SerializationException(
          "A record of "
              + record.topic()
              + " has no "
              + (record.key() == null ? "key" : "value")
              + "; key it by modelId and send a ForgetSetClosed.");
    }
    ForgetSetClosed set =
        values.deserialize(Topics.FORGET_SET_CLOSED.name(), record.headers(), record.value());
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (!key.equals(modelId) || !set.getModelId().equals(modelId)) {
      throw new SerializationException(
          "A forget set is for another model than this worker's; send it keyed by the modelId that"
              + " lethe.model-id names.");
    }
    if (set.getForgetSetId().isBlank()) {
      throw new SerializationException(
          "forgetSetId of a forget set is blank; it must be the hex SHA-256 of the set.");
    }
    set.setSamples(SampleSeals.open(set, keys));
    set.setSealedSamples(List.of());
    return set;
  }
}
