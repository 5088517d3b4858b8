package io.lethe.accumulator.domain;

/** A request that passes a limit of ours; the message names the limit and the remedy. */
public final class TooLargeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  TooLargeException(String message) {
    super(message);
  }
}
