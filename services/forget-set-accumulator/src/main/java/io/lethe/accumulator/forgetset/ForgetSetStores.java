package io.lethe.accumulator.forgetset;

import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.record.OpenForgetSet;
import io.lethe.accumulator.record.RequestStanding;
import io.lethe.schemas.serde.InternalAvroSerde;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The state stores of a model's forget sets. */
public final class ForgetSetStores {
  /** modelId to the head of the set that is open. */
  public static final String HEADS = "forget-set-heads";

  /** {@code modelId/<index>} to an entry of the set that is open. */
  static final String ENTRIES = "forget-set-entries";

  /** requestId to where the request stands. */
  static final String STANDINGS = "request-standings";

  private ForgetSetStores() {}

  /** Builders of all of them; each is restored from its changelog. */
  public static List<StoreBuilder<?>> builders() {
    return List.of(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(HEADS),
            Serdes.String(),
            new InternalAvroSerde<>(OpenForgetSet.class)),
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(ENTRIES),
            Serdes.String(),
            new InternalAvroSerde<>(ExpandedRequest.class)),
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STANDINGS),
            Serdes.String(),
            new InternalAvroSerde<>(RequestStanding.class)));
  }

  /** Their names. */
  public static String[] names() {
    return builders().stream().map(StoreBuilder::name).toArray(String[]::new);
  }
}
