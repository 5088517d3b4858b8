package io.lethe.serving.model;

/** A request is pinned to a version that this server does not hold, or may not serve. */
public final class PinRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PinRefusedException(long version) {
    super(
        "Version "
            + version
            + " is neither served here nor held beside it. A server holds earlier versions only"
            + " while their watermark covers every request served as forgotten, and at most"
            + " lethe.versions-held-max of them; GET /v1/models lists what it holds.");
  }
}
