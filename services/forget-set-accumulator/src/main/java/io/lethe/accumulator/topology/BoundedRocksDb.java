package io.lethe.accumulator.topology;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.CompactionOptionsUniversal;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One budget of native memory for all stores of the process; by default every store of every
 * partition takes its own. And an age from which on a file is written anew without what was deleted
 * since: by default a store that stays small would keep it for good.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
  /** Kafka Streams configuration key: bytes for all stores together. */
  public static final String BYTES_CONFIG = "lethe.state.memory.bytes";

  /** Kafka Streams configuration key: seconds after which a file is rewritten. */
  public static final String COMPACTION_SECONDS_CONFIG = "lethe.state.compaction.seconds";

  /** A manifest names the first and the last key of files long gone, until the next one begins. */
  private static final long MANIFEST_BYTES_MAX = 4096;

  private static final long COMPACTION_SECONDS_DEFAULT = 24L * 60 * 60;
  private static final long BYTES_DEFAULT = 64L * 1024 * 1024;
  private static final long WRITE_BUFFER_BYTES = 2L * 1024 * 1024;
  private static final int WRITE_BUFFERS_MAX = 2;
  private static final int METADATA_BLOCK_BYTES = 4096;

  /**
   * Outdated entries that may lie on disk beside the valid ones, in percent of these; RocksDB's own
   * limit lets a store take three times what it holds.
   */
  private static final int OUTDATED_PERCENT_MAX = 50;

  private static Cache cache;
  private static WriteBufferManager writeBuffers;
  private static CompactionOptionsUniversal compaction;

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    synchronized (BoundedRocksDb.class) {
      if (cache == null) {
        Object bytes = configs.get(BYTES_CONFIG);
        long budget = bytes == null ? BYTES_DEFAULT : Long.parseLong(bytes.toString());
        cache = new LRUCache(budget);
        writeBuffers = new WriteBufferManager(budget / 2, cache);
        compaction =
            new CompactionOptionsUniversal().setMaxSizeAmplificationPercent(OUTDATED_PERCENT_MAX);
      }
      table.setBlockCache(cache);
      options.setWriteBufferManager(writeBuffers);
    }
    Object seconds = configs.get(COMPACTION_SECONDS_CONFIG);
    options.setPeriodicCompactionSeconds(
        seconds == null ? COMPACTION_SECONDS_DEFAULT : Long.parseLong(seconds.toString()));
    options.setMaxManifestFileSize(MANIFEST_BYTES_MAX);
    // Index and filters count against the budget. In parts of a block's size: a whole one would be
    // read and unpacked again for every entry looked for, once they do not all fit.
    table.setCacheIndexAndFilterBlocks(true);
    table.setIndexType(IndexType.kTwoLevelIndexSearch);
    table.setPartitionFilters(true);
    table.setMetadataBlockSize(METADATA_BLOCK_BYTES);
    table.setPinTopLevelIndexAndFilter(true);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS_MAX);
    // Neighbouring keys are the same person's and their times are in hex, so that blocks shrink.
    options.setCompressionType(CompressionType.LZ4_COMPRESSION);
    options.setCompactionStyle(CompactionStyle.UNIVERSAL);
    options.setCompactionOptionsUniversal(compaction);
    options.setTableFormatConfig(table);
  }

  /** The shared cache lives as long as the process. */
  @Override
  public void close(String storeName, Options options) {}
}
