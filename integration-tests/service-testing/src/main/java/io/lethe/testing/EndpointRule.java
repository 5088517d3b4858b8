package io.lethe.testing;

import io.restassured.http.Method;
import java.util.List;

/**
 * Who may call an endpoint.
 *
 * @param path as OpenAPI has it
 * @param allowed roles that may call it; empty for anybody with a token
 */
public record EndpointRule(Method method, String path, List<String> allowed) {
  public EndpointRule {
    allowed = List.copyOf(allowed);
  }

  /** As OpenAPI names it. */
  public String endpoint() {
    return method + " " + path;
  }
}
