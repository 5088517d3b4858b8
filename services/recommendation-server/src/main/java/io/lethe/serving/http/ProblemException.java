package io.lethe.serving.http;

/** A request that cannot be answered, and what to tell its sender. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  ProblemException(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  static ProblemException badField(String field, String detail) {
    return new ProblemException(new Problem("Unusable field", 422, detail, field));
  }

  static ProblemException malformed(String detail) {
    return new ProblemException(new Problem("Malformed JSON", 400, detail, null));
  }

  static ProblemException tooLarge(int bytesMax) {
    return new ProblemException(
        new Problem(
            "Body too large",
            413,
            "The body must have at most "
                + bytesMax
                + " bytes; send fewer candidates, or raise lethe.body-bytes-max.",
            null));
  }

  static ProblemException notReady(String obstacle) {
    return new ProblemException(
        new Problem("Not ready", 503, obstacle + "; try again later.", null));
  }

  /** What to answer. */
  public Problem problem() {
    return problem;
  }
}
