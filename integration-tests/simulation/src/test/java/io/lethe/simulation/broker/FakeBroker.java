package io.lethe.simulation.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;

/**
 * What of Kafka the services rely on: ordered partitions, read_committed, transactions fenced by
 * epoch and by generation, positions that wait for pending transactions, and compaction. It never
 * loses an acknowledged record.
 */
public final class FakeBroker {
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(60);

  private final Supplier<Instant> time;
  private final BiFunction<String, Integer, Integer> partitioner;
  private final Map<String, List<Partition>> topics = new LinkedHashMap<>();
  private final Map<String, ConsumerGroup> groups = new LinkedHashMap<>();
  private final Map<String, Long> positions = new HashMap<>();
  private final Map<String, Integer> epochs = new HashMap<>();
  private final TreeMap<String, Transaction> transactions = new TreeMap<>();
  private final Map<String, TreeMap<String, Object>> changelogs = new HashMap<>();

  /**
   * An empty broker.
   *
   * @param partitioner gives the partition of a key, of so many
   */
  public FakeBroker(Supplier<Instant> time, BiFunction<String, Integer, Integer> partitioner) {
    this.time = time;
    this.partitioner = partitioner;
  }

  /** Creates a topic. */
  public void create(String topic, int partitions) {
    List<Partition> created = new ArrayList<>();
    for (int number = 0; number < partitions; number++) {
      created.add(new Partition(topic, number));
    }
    topics.put(topic, created);
  }

  /** Creates a group whose members share the sources. */
  public ConsumerGroup group(String name, List<String> sources) {
    return groups.computeIfAbsent(name, missing -> new ConsumerGroup(missing, sources));
  }

  /** Appends a record outside of any transaction, acknowledged at once. */
  public Entry append(String topic, String key, SpecificRecord value) {
    return append(topic, key, value, null);
  }

  Entry append(String topic, String key, SpecificRecord value, Transaction transaction) {
    List<Partition> partitions = topics.get(topic);
    int number = key == null ? 0 : partitioner.apply(key, partitions.size());
    return partitions.get(number).append(key, value, time.get(), transaction);
  }

  /** Takes over a transactional id: fences earlier producers and ends what they left open. */
  public TransactionalProducer producer(String transactionalId) {
    Transaction left = transactions.get(transactionalId);
    if (left != null && left.isOpen()) {
      left.end(false, time.get());
    }
    return new TransactionalProducer(
        this, transactionalId, epochs.merge(transactionalId, 1, Integer::sum));
  }

  /** A reader of committed records, from the beginning of all partitions of these topics. */
  public Reader reader(String... names) {
    Reader reader = new Reader(this);
    for (String topic : names) {
      for (int number = 0; number < topics.get(topic).size(); number++) {
        reader.add(topic, number);
      }
    }
    return reader;
  }

  /** The next committed record at or after the offset; null when there is none yet. */
  public Entry next(String topic, int number, long from) {
    Partition partition = topics.get(topic).get(number);
    for (long offset = from; offset < partition.stableEnd(); offset++) {
      if (partition.at(offset).isVisible()) {
        return partition.at(offset);
      }
    }
    return null;
  }

  /** Where committed records end. */
  public long end(String topic, int number) {
    return topics.get(topic).get(number).stableEnd();
  }

  /** Whether nothing in the topic waits behind an open transaction. */
  public boolean isStable(String topic) {
    return topics.get(topic).stream().allMatch(Partition::isStable);
  }

  /** How many partitions the topic has. */
  public int partitions(String topic) {
    return topics.get(topic).size();
  }

  /** A group's position; empty while a transaction that moves it is pending. */
  public OptionalLong position(ConsumerGroup group, String source, long otherwise) {
    String position = position(group, source);
    boolean pending =
        transactions.values().stream()
            .anyMatch(
                transaction -> transaction.isOpen() && transaction.offsets().containsKey(position));
    return pending
        ? OptionalLong.empty()
        : OptionalLong.of(positions.getOrDefault(position, otherwise));
  }

  /** Moves a group's position outside of any transaction. */
  public void commit(ConsumerGroup group, String member, int generation, String source, long next) {
    group.require(member, generation);
    positions.put(position(group, source), next);
  }

  /** The committed content of a state store, by its name. */
  public TreeMap<String, Object> changelog(String store) {
    return changelogs.computeIfAbsent(store, missing -> new TreeMap<>());
  }

  /** Compacts a topic. */
  public void compact(String topic) {
    topics.get(topic).forEach(Partition::compact);
  }

  /** Expels silent members and ends transactions that nobody ends. */
  public void tick() {
    Instant now = time.get();
    groups.values().forEach(group -> group.expire(now));
    for (Map.Entry<String, Transaction> entry : transactions.entrySet()) {
      Transaction transaction = entry.getValue();
      if (transaction.isOpen() && transaction.begunAt().plus(TRANSACTION_TIMEOUT).isBefore(now)) {
        epochs.merge(entry.getKey(), 1, Integer::sum);
        transaction.end(false, now);
      }
    }
  }

  int epochOf(String transactionalId) {
    return epochs.get(transactionalId);
  }

  Transaction transactionOf(String transactionalId) {
    return transactions.get(transactionalId);
  }

  void begin(String transactionalId) {
    transactions.put(transactionalId, new Transaction(time.get()));
  }

  void end(String transactionalId, boolean commit) {
    Transaction transaction = transactions.get(transactionalId);
    transaction.end(commit, time.get());
    if (commit) {
      positions.putAll(transaction.offsets());
    }
  }

  static String position(ConsumerGroup group, String source) {
    return group.name() + '/' + source;
  }
}
