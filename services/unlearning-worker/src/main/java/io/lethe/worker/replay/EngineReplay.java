package io.lethe.worker.replay;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.Candidate;
import io.lethe.engine.Example;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.StoredAdapter;
import io.lethe.engine.UnlearningRecord;
import io.lethe.engine.UnlearningSettings;
import io.lethe.engine.method.ExactReplay;
import io.lethe.schemas.event.GateResult;
import io.lethe.worker.domain.Parent;
import io.lethe.worker.gate.ExactGates;
import io.lethe.worker.gate.GateResults;
import io.lethe.worker.unlearn.UnlearningEngine;
import java.util.List;

/** The engine behind the exact path. */
public final class EngineReplay implements ReplayEngine {
  private final Recommender recommender;
  private final AdapterStore store;
  private final UnlearningSettings settings;

  /** Over a recommender that another closes. */
  public EngineReplay(Recommender recommender, AdapterStore store, UnlearningSettings settings) {
    this.recommender = recommender;
    this.store = store;
    this.settings = settings;
  }

  @Override
  public boolean isOpenFor(Parent parent) {
    try (Adapter adapter = load(parent)) {
      return ExactReplay.isOpenFor(recommender, adapter);
    }
  }

  @Override
  public UnlearningEngine.Run begin(Parent parent, List<Example> heldOut) {
    return new EngineRun(load(parent), heldOut);
  }

  @Override
  public void shred(Parent exact) {
    try (Adapter adapter = load(exact)) {
      ExactReplay.shred(recommender, adapter);
    }
  }

  private Adapter load(Parent version) {
    return Adapter.load(store.get(version.adapterId()).folder(), recommender);
  }

  private final class EngineRun implements UnlearningEngine.Run {
    private final Adapter parent;
    private final List<Example> heldOut;
    private Candidate candidate;

    EngineRun(Adapter parent, List<Example> heldOut) {
      this.parent = parent;
      this.heldOut = heldOut;
    }

    @Override
    public UnlearningEngine.Trained train(ProgressListener listener) {
      candidate = ExactReplay.run(recommender, parent, listener);
      UnlearningRecord record = candidate.record();
      return new UnlearningEngine.Trained(
          candidate.manifest().method(),
          record.stepsTaken(),
          record.confidenceBefore(),
          record.confidenceAfter(),
          record.confidenceTarget());
    }

    @Override
    public List<GateResult> gate() {
      try (Adapter adapter = Adapter.of(candidate, recommender)) {
        return ExactGates.evaluate(
                candidate.tensors(),
                heldOut,
                prompts -> recommender.score(prompts, parent),
                prompts -> recommender.score(prompts, adapter),
                settings)
            .stream()
            .map(GateResults::of)
            .toList();
      }
    }

    @Override
    public UnlearningEngine.Stored store() {
      StoredAdapter stored = store.put(candidate);
      return new UnlearningEngine.Stored(stored.id(), stored.uri().toString());
    }

    @Override
    public void close() {
      parent.close();
    }
  }
}
