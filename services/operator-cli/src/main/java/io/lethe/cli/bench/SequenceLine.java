package io.lethe.cli.bench;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterManifest;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import io.lethe.engine.method.Influence;
import java.nio.file.Path;
import java.util.List;

/**
 * What is released after each request of a sequence: an adapter that continues the one before, or a
 * recommender that was tuned again, which the next adapter starts from.
 */
final class SequenceLine implements AutoCloseable {
  private final EngineSettings engine;
  private final AdapterStore adapters;
  private Recommender recommender;
  private Adapter released;
  private AdapterTensors stack;
  private AdapterManifest top;

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

  /** Adds what an adapter changes to what those before it changed; nothing continues it. */
  void stack(String adapterId) {
    try (Adapter next = Adapter.load(adapters.get(adapterId).folder(), recommender)) {
      stack = SequenceWay.added(stack, next.tensors());
      top = next.manifest();
    }
  }

  /** Scores of all stacked adapters together. */
  float[] scoreStack(List<Prompt> prompts) {
    try (Adapter whole = Adapter.of(new Candidate(stack, top, null), recommender)) {
      return recommender.score(prompts, whole);
    }
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
