package io.lethe.engine;

/** Unlearning by a forgetting and a remembering teacher. */
public final class E2URec implements UnlearningMethod {
  @Override
  public String name() {
    return "e2urec";
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    throw new UnsupportedOperationException();
  }
}
