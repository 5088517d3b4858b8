package io.lethe.engine;

import java.util.List;

/** What every candidate must pass, in order; the first failure ends the evaluation. */
public final class Gates {
  private Gates() {}

  /** Verdicts in order; all passed exactly when the last one passed. */
  public static List<GateVerdict> evaluate(UnlearningJob job, Candidate candidate) {
    throw new UnsupportedOperationException();
  }
}
