package io.lethe.simulation.broker;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** A producer with a transactional id; a later one of the same id fences it. */
public final class TransactionalProducer {
  private final FakeBroker broker;
  private final String id;
  private final int epoch;

  TransactionalProducer(FakeBroker broker, String id, int epoch) {
    this.broker = broker;
    this.id = id;
    this.epoch = epoch;
  }

  /** Whether a transaction is open. */
  public boolean isOpen() {
    Transaction transaction = broker.transactionOf(id);
    return broker.epochOf(id) == epoch && transaction != null && transaction.isOpen();
  }

  /** Opens a transaction. */
  public void begin() {
    requireEpoch();
    broker.begin(id);
  }

  /** Writes a record that is seen only after the commit. */
  public void send(String topic, String key, SpecificRecord value) {
    broker.append(topic, key, value, requireOpen());
  }

  /** Changes a state store's changelog, to take effect with the commit. */
  public void change(Runnable change) {
    requireOpen().onCommit(change);
  }

  /**
   * Moves positions with the commit.
   *
   * @throws FencedException when the member no longer holds what it read from
   */
  public void sendOffsets(
      ConsumerGroup group, String member, int generation, Map<String, Long> offsets) {
    Transaction transaction = requireOpen();
    group.require(member, generation);
    offsets.forEach(
        (source, next) -> transaction.offsets().put(FakeBroker.position(group, source), next));
  }

  /** Makes all of it visible at once. */
  public void commit() {
    requireOpen();
    broker.end(id, true);
  }

  /** Takes all of it back. */
  public void abort() {
    requireEpoch();
    if (isOpen()) {
      broker.end(id, false);
    }
  }

  private Transaction requireOpen() {
    requireEpoch();
    Transaction transaction = broker.transactionOf(id);
    if (transaction == null || !transaction.isOpen()) {
      throw new FencedException("the transaction of " + id + " timed out");
    }
    return transaction;
  }

  private void requireEpoch() {
    if (broker.epochOf(id) != epoch) {
      throw new FencedException("epoch " + epoch + " of " + id + " is over");
    }
  }
}
