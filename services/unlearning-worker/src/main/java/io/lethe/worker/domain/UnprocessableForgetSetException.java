package io.lethe.worker.domain;

/**
 * A forget set that this worker cannot turn into a candidate. The message names what is missing and
 * the remedy, never an identity, because it goes with the dead letter.
 */
public final class UnprocessableForgetSetException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public UnprocessableForgetSetException(String message) {
    super(message);
  }

  public UnprocessableForgetSetException(String message, Throwable cause) {
    super(message, cause);
  }
}
