package io.lethe.accumulator.shredding;

import io.lethe.accumulator.topology.BoundedRocksDb;
import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;

/**
 * Stores as the service opens them, but for the compression, which would hide words from a search.
 */
public final class ReadableRocksDb implements RocksDBConfigSetter {
  private final BoundedRocksDb service = new BoundedRocksDb();

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    service.setConfig(storeName, options, configs);
    options.setCompressionType(CompressionType.NO_COMPRESSION);
  }

  @Override
  public void close(String storeName, Options options) {
    service.close(storeName, options);
  }
}
