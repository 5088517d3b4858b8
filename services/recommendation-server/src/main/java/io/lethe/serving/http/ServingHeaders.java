package io.lethe.serving.http;

import io.lethe.serving.domain.ReleasedVersion;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Names, on every answer, what produced it. */
final class ServingHeaders {
  static final String ADAPTER_ID = "X-Adapter-Id";
  static final String ADAPTER_VERSION = "X-Adapter-Version";
  static final String FORGET_WATERMARK = "X-Forget-Watermark";

  /** Value of {@link #ADAPTER_ID} when the recommender answered without an adapter. */
  static final String BARE = "none";

  private ServingHeaders() {}

  static Response stamp(Object answer, ReleasedVersion version) {
    return Response.ok(answer, MediaType.APPLICATION_JSON_TYPE)
        .header(ADAPTER_ID, version.bare() ? BARE : version.adapterId())
        .header(ADAPTER_VERSION, version.version())
        .header(FORGET_WATERMARK, version.watermark().digest())
        .build();
  }
}
