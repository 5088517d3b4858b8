package io.lethe.worker.unlearn;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.Candidate;
import io.lethe.engine.Gates;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.StoredAdapter;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningMethod;
import io.lethe.engine.UnlearningRecord;
import io.lethe.engine.UnlearningSettings;
import io.lethe.engine.method.Influence;
import io.lethe.schemas.event.GateResult;
import io.lethe.worker.domain.Parent;
import io.lethe.worker.gate.GateResults;
import java.util.List;

/** The engine behind the flow: one recommender in memory, one method, one store. */
public final class EngineUnlearning implements UnlearningEngine, AutoCloseable {
  private final Recommender recommender;
  private final AdapterStore store;
  private final UnlearningMethod method;
  private final UnlearningSettings settings;

  /** Takes over the recommender and closes it in the end. */
  public EngineUnlearning(
      Recommender recommender,
      AdapterStore store,
      UnlearningMethod method,
      UnlearningSettings settings) {
    this.recommender = recommender;
    this.store = store;
    this.method = method;
    this.settings = settings;
  }

  @Override
  public String recommenderDigest() {
    return recommender.digest();
  }

  @Override
  public Run begin(Parent parent, Rows rows, long seed) {
    Adapter adapter =
        parent.adapterId() == null
            ? null
            : Adapter.load(store.get(parent.adapterId()).folder(), recommender);
    try {
      return new EngineRun(
          adapter,
          new UnlearningJob(
              recommender, adapter, rows.forget(), rows.retain(), rows.heldOut(), settings, seed));
    } catch (RuntimeException refused) {
      if (adapter != null) {
        adapter.close();
      }
      throw refused;
    }
  }

  /**
   * Finds what every request that continues an adapter would have to find, so that the next one has
   * not to wait for it.
   *
   * @param adapterId or null for the recommender alone
   */
  public void prepare(String adapterId) {
    if (adapterId == null) {
      Influence.prepare(recommender, null);
    } else {
      try (Adapter adapter = Adapter.load(store.get(adapterId).folder(), recommender)) {
        Influence.prepare(recommender, adapter);
      }
    }
  }

  @Override
  public void close() {
    recommender.close();
  }

  private final class EngineRun implements Run {
    private final Adapter parent;
    private final UnlearningJob job;
    private Candidate candidate;

    EngineRun(Adapter parent, UnlearningJob job) {
      this.parent = parent;
      this.job = job;
    }

    @Override
    public Trained train(ProgressListener listener) {
      candidate = method.run(job, listener);
      UnlearningRecord record = candidate.record();
      return new Trained(
          record.method(),
          record.stepsTaken(),
          record.confidenceBefore(),
          record.confidenceAfter(),
          record.confidenceTarget());
    }

    @Override
    public List<GateResult> gate() {
      return Gates.evaluate(job, candidate).stream().map(GateResults::of).toList();
    }

    @Override
    public Stored store() {
      StoredAdapter stored = store.put(candidate);
      return new Stored(stored.id(), stored.uri().toString());
    }

    @Override
    public void close() {
      if (parent != null) {
        parent.close();
      }
    }
  }
}
