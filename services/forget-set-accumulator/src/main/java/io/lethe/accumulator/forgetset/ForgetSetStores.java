package io.lethe.accumulator.forgetset;

import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.record.MeasuredJobs;
import io.lethe.accumulator.record.OpenForgetSet;
import io.lethe.accumulator.record.OwedForgetSet;
import io.lethe.accumulator.record.RequestStanding;
import io.lethe.schemas.serde.InternalAvroSerde;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
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

  /** {@code modelId/<subjectRef>} to what tells that the person's samples are forgotten. */
  static final String FORGOTTEN_AS = "subjects-forgotten-as";

  /** {@code modelId/<sequence>} to a closed set without an accepted candidate. */
  static final String OWED = "forget-sets-owed";

  /** modelId to the jobs that were measured last. */
  static final String MEASURED = "unlearning-jobs";

  /** Names of all of them. */
  public static final List<String> NAMES =
      List.of(HEADS, ENTRIES, STANDINGS, FORGOTTEN_AS, OWED, MEASURED);

  private ForgetSetStores() {}

  /** Builders of all of them; each is restored from its changelog. */
  public static List<StoreBuilder<?>> builders(boolean onDisk) {
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
            large(STANDINGS, onDisk),
            Serdes.String(),
            new InternalAvroSerde<>(RequestStanding.class)),
        Stores.keyValueStoreBuilder(large(FORGOTTEN_AS, onDisk), Serdes.String(), Serdes.String()),
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(OWED),
            Serdes.String(),
            new InternalAvroSerde<>(OwedForgetSet.class)),
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(MEASURED),
            Serdes.String(),
            new InternalAvroSerde<>(MeasuredJobs.class)));
  }

  /** A large store. */
  private static KeyValueBytesStoreSupplier large(String name, boolean onDisk) {
    return onDisk ? Stores.persistentKeyValueStore(name) : Stores.inMemoryKeyValueStore(name);
  }
}
