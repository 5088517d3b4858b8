package io.lethe.serving.model;

import io.lethe.engine.Prompt;
import io.lethe.serving.domain.ReleasedVersion;
import java.util.List;

/**
 * One request's hold on the model that was current when it began: every score of the request comes
 * from it, whatever is switched meanwhile. Close it when the request is done.
 */
public final class Lease implements AutoCloseable {
  private final ServedModel model;
  private final ScoringEngine engine;
  private boolean closed;

  /** Takes over one reference of {@code model}. */
  Lease(ServedModel model, ScoringEngine engine) {
    this.model = model;
    this.engine = engine;
  }

  /** The version that answers. */
  public ReleasedVersion version() {
    return model.version();
  }

  /** Probability of yes for each prompt, in order. */
  public float[] score(List<Prompt> prompts) {
    return prompts.isEmpty() ? new float[0] : engine.score(prompts, model.adapter());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      model.release();
    }
  }
}
