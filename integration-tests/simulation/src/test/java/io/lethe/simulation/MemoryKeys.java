package io.lethe.simulation;

import io.lethe.schemas.seal.DataKey;
import io.lethe.schemas.seal.DataKeys;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The data keys of one world, as a key store that every process reaches has them. */
final class MemoryKeys implements DataKeys {
  private static final int KEY_BYTES = 32;

  private final Map<String, DataKey> keys = new HashMap<>();
  private int created;

  @Override
  public DataKey create() {
    String id = "key-" + created++;
    // What is sealed must differ by key alone; nobody attacks a simulation.
    DataKey key = new DataKey(id, ByteBuffer.allocate(KEY_BYTES).putInt(created).array());
    keys.put(id, key);
    return key;
  }

  @Override
  public Optional<DataKey> find(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  @Override
  public void destroy(String id) {
    keys.remove(id);
  }

  @Override
  public void close() {}
}
