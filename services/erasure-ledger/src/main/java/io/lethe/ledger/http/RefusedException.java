package io.lethe.ledger.http;

/** A question that cannot be answered; becomes a {@link Problem}. */
public final class RefusedException extends RuntimeException {
  private final int status;
  private final String type;
  private final String title;
  private final String field;

  private RefusedException(int status, String type, String title, String detail, String field) {
    super(detail);
    this.status = status;
    this.type = type;
    this.title = title;
    this.field = field;
  }

  static RefusedException unknown(String type, String title, String detail, String field) {
    return new RefusedException(404, type, title, detail, field);
  }

  /** A parameter that cannot be used. */
  public static RefusedException invalid(String field, String detail) {
    return new RefusedException(
        400, "invalid-parameter", "A parameter has the wrong shape", detail, field);
  }

  static RefusedException unavailable(String detail) {
    return new RefusedException(503, "unavailable", "Not available at the moment", detail, null);
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  String title() {
    return title;
  }

  String field() {
    return field;
  }
}
