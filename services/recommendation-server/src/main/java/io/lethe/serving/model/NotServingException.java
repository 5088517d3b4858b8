package io.lethe.serving.model;

/** No version may answer now. */
public final class NotServingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotServingException(String message) {
    super(message);
  }
}
