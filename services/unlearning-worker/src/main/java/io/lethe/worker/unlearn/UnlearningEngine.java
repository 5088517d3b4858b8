package io.lethe.worker.unlearn;

import io.lethe.engine.Example;
import io.lethe.engine.ProgressListener;
import io.lethe.schemas.event.GateResult;
import io.lethe.worker.domain.Parent;
import java.util.List;

/** What the flow asks of the engine, one run at a time. */
public interface UnlearningEngine {
  /** Rows of one run, in an order that depends on nothing but the rows. */
  record Rows(List<Example> forget, List<Example> retain, List<Example> heldOut) {}

  /** What the method did. */
  record Trained(
      String method,
      int steps,
      double confidenceBefore,
      double confidenceAfter,
      double confidenceTarget) {}

  /** Where the candidate lies. */
  record Stored(String adapterId, String uri) {}

  /** Hex SHA-256 of the recommender that is loaded. */
  String recommenderDigest();

  /**
   * Begins a run; loads the parent's adapter where it has one.
   *
   * @param seed of adapter start and batches
   */
  Run begin(Parent parent, Rows rows, long seed);

  /** One run: train, then gate, then store. */
  interface Run extends AutoCloseable {
    Trained train(ProgressListener listener);

    /** Verdicts in order; the first failure ends them. */
    List<GateResult> gate();

    /** Makes the candidate durable; the same candidate twice is one. */
    Stored store();

    @Override
    void close();
  }
}
