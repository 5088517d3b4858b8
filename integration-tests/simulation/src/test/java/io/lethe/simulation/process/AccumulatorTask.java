package io.lethe.simulation.process;

import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.TransactionalProducer;

/** A task of the accumulator's topology. */
interface AccumulatorTask {
  void process(Entry entry);

  /** Looks at the clock. */
  void check();

  void flush(TransactionalProducer producer);
}
