package io.lethe.cli.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.JsonHttp;
import java.util.Map;

/** Talks to deletion-intake. */
public final class IntakeClient {
  private static final String PATH = "/v1/deletion-requests";
  private final JsonHttp http;
  private final String baseUrl;

  public IntakeClient(JsonHttp http, String baseUrl) {
    this.http = http;
    this.baseUrl = baseUrl;
  }

  /** The status as intake answers it. */
  public JsonNode submit(DeletionRequest request) {
    return http.post(baseUrl + PATH, request.json()).body();
  }

  /** Extends the request's deadline; the status as intake answers it. */
  public JsonNode extend(String requestId, Map<String, Object> extension) {
    return http.post(baseUrl + PATH + "/" + requestId + "/extension", extension).body();
  }

  /** Where the request stands. */
  public JsonNode status(String requestId) {
    return http.get(baseUrl + PATH + "/" + requestId).body();
  }
}
