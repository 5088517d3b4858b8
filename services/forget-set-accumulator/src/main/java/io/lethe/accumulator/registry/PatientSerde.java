package io.lethe.accumulator.registry;

import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A serde that outlasts an outage of the registry: schemas it has seen work on, a new one waits.
 */
public final class PatientSerde<T> implements Serde<T> {
  private final Serde<T> serde;
  private final Patience patience;

  public PatientSerde(Serde<T> serde, Patience patience) {
    this.serde = serde;
    this.patience = patience;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    serde.configure(configs, isKey);
  }

  @Override
  public Serializer<T> serializer() {
    Serializer<T> serializer = serde.serializer();
    return (topic, value) -> patience.await(() -> serializer.serialize(topic, value));
  }

  @Override
  public Deserializer<T> deserializer() {
    Deserializer<T> deserializer = serde.deserializer();
    return (topic, bytes) -> patience.await(() -> deserializer.deserialize(topic, bytes));
  }

  @Override
  public void close() {
    patience.stop();
    serde.close();
  }
}
