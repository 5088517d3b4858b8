package io.lethe.engine;

/**
 * Told after every step, on the thread that trains. An exception thrown here ends the run and
 * reaches its caller.
 */
@FunctionalInterface
public interface ProgressListener {
  ProgressListener NONE = progress -> {};

  void onProgress(Progress progress);
}
