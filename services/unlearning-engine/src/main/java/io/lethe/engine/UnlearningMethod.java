package io.lethe.engine;

/**
 * Turns a job into a candidate adapter. The same job gives the same adapter on the same kind of
 * machine.
 */
public interface UnlearningMethod {
  /** Name as manifests carry it. */
  String name();

  Candidate run(UnlearningJob job, ProgressListener listener);
}
