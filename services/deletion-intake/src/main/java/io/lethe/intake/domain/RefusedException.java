package io.lethe.intake.domain;

/**
 * A deletion request, or its withdrawal, is refused. The message names the shape of what was wrong
 * and the remedy, never an identity, so that it may be shown, logged and dead-lettered.
 */
public final class RefusedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final RefusalReason reason;
  private final String field;

  /**
   * Refuses.
   *
   * @param field path of the property at fault, for example {@code scope.itemIds}; null when it is
   *     no single one
   */
  public RefusedException(RefusalReason reason, String field, String message) {
    super(message);
    this.reason = reason;
    this.field = field;
  }

  /** Why. */
  public RefusalReason reason() {
    return reason;
  }

  /** Path of the property at fault; null when it is no single one. */
  public String field() {
    return field;
  }
}
