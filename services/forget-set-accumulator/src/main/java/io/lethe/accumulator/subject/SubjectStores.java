package io.lethe.accumulator.subject;

import io.lethe.accumulator.record.ErasureRecord;
import io.lethe.accumulator.record.ReservoirEntry;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.serde.InternalAvroSerde;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The state stores of a subject partition. */
public final class SubjectStores {
  /** {@code subjectRef/<time>/itemId} to the rating: a person's interactions in order, read by range. */
  static final String TIMELINE = "timeline";

  /** {@code subjectRef/itemId} to recordedAt: where in the timeline an item lies. */
  static final String RATED_AT = "rated-at";

  /** subjectRef to the profile. */
  static final String PROFILES = "profiles";

  /** {@code subjectRef/requestId} to the request. */
  static final String ERASURES = "erasures";

  /** {@code <slice>/<priority>} to a candidate; {@code <slice>} alone to the threshold. Small, hence in memory. */
  static final String RESERVOIR = "reservoir";

  private SubjectStores() {}

  /** Builders of all of them; each is restored from its changelog. */
  public static List<StoreBuilder<?>> builders() {
    return List.of(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(TIMELINE), Serdes.String(), Serdes.Double()),
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(RATED_AT), Serdes.String(), Serdes.Long()),
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(PROFILES),
            Serdes.String(),
            new InternalAvroSerde<>(SubjectProfile.class)),
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(ERASURES),
            Serdes.String(),
            new InternalAvroSerde<>(ErasureRecord.class)),
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(RESERVOIR),
            Serdes.String(),
            new InternalAvroSerde<>(ReservoirEntry.class)));
  }

  /** Their names. */
  public static String[] names() {
    return builders().stream().map(StoreBuilder::name).toArray(String[]::new);
  }
}
