package io.lethe.catalog.follow;

/** A move was not done, since this catalog may not write just now. */
public final class NotLeadingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotLeadingException(String message) {
    super(message);
  }
}
