package io.lethe.accumulator.subject;

import io.lethe.accumulator.record.ErasureRecord;
import io.lethe.accumulator.record.ReservoirEntry;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.serde.InternalAvroSerde;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The state stores of a subject partition. */
public final class SubjectStores {
  /**
   * {@code subjectRef/<time>/itemId} to the rating: a person's interactions in order, read by
   * range.
   */
  static final String TIMELINE = "timeline";

  /** {@code subjectRef/itemId} to recordedAt: where in the timeline an item lies. */
  static final String RATED_AT = "rated-at";

  /** subjectRef to the profile. */
  static final String PROFILES = "profiles";

  /** {@code subjectRef/requestId} to the request; subjectRef alone to the last one. */
  static final String ERASURES = "erasures";

  /**
   * {@code <slice>/<priority>} to a candidate; {@code <slice>} alone to the threshold. Small, hence
   * in memory.
   */
  static final String RESERVOIR = "reservoir";

  /** Names of all of them. */
  public static final List<String> NAMES =
      List.of(TIMELINE, RATED_AT, PROFILES, ERASURES, RESERVOIR);

  private SubjectStores() {}

  /** Builders of all of them; each is restored from its changelog. */
  public static List<StoreBuilder<?>> builders(boolean onDisk) {
    return List.of(
        Stores.keyValueStoreBuilder(large(TIMELINE, onDisk), Serdes.String(), Serdes.Double()),
        Stores.keyValueStoreBuilder(large(RATED_AT, onDisk), Serdes.String(), Serdes.Long()),
        Stores.keyValueStoreBuilder(
            large(PROFILES, onDisk),
            Serdes.String(),
            new InternalAvroSerde<>(SubjectProfile.class)),
        Stores.keyValueStoreBuilder(
            large(ERASURES, onDisk), Serdes.String(), new InternalAvroSerde<>(ErasureRecord.class)),
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(RESERVOIR),
            Serdes.String(),
            new InternalAvroSerde<>(ReservoirEntry.class)));
  }

  /** A large store. */
  private static KeyValueBytesStoreSupplier large(String name, boolean onDisk) {
    return onDisk ? Stores.persistentKeyValueStore(name) : Stores.inMemoryKeyValueStore(name);
  }
}
