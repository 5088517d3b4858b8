package io.lethe.worker.domain;

/**
 * The worker is stopping, or no longer owns the forget set. Nothing was published; the set will be
 * delivered again.
 */
public final class JobInterruptedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JobInterruptedException(String message) {
    super(message);
  }
}
