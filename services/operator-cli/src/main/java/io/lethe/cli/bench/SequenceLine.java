package io.lethe.cli.bench;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Recommender;
import io.lethe.engine.method.Influence;
import java.nio.file.Path;

/**
 * What is released after each request of a sequence: an adapter that continues the one before, or a
 * recommender that was tuned again, which the next adapter starts from.
 */
final class SequenceLine implements AutoCloseable {
  private final EngineSettings engine;
  private final AdapterStore adapters;
  private Recommender recommender;
  private Adapter released;

  SequenceLine(Path original, EngineSettings engine, Path adapters) {
    this.engine = engine;
    this.adapters = new AdapterStore(adapters);
    this.recommender = Recommender.load(original, engine);
    Influence.prepare(recommender, null);
  }

  Recommender recommender() {
    return recommender;
  }

  /** The adapter released last over the recommender, or null. */
  Adapter released() {
    return released;
  }

  /** Goes on with an adapter over the same recommender. */
  void release(String adapterId) {
    Adapter next = Adapter.load(adapters.get(adapterId).folder(), recommender);
    withdraw();
    released = next;
    // As a worker does while it has nothing else to do.
    Influence.prepare(recommender, released);
  }

  /** Goes on with a recommender tuned again. */
  void release(Path retrained) {
    Recommender next = Recommender.load(retrained, engine);
    close();
    recommender = next;
    Influence.prepare(recommender, null);
  }

  private void withdraw() {
    if (released != null) {
      released.close();
      released = null;
    }
  }

  @Override
  public void close() {
    withdraw();
    recommender.close();
  }
}
