package io.lethe.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.JsonHttp;
import java.util.Map;
import java.util.Optional;

/** One running service, asked over HTTP. */
record ServiceClient(String name, String base, JsonHttp http) {
  /** The document at a path, or nothing while there is none. */
  Optional<JsonNode> find(String path) {
    return http.find(base + path).map(JsonHttp.Answer::body);
  }

  JsonNode get(String path) {
    return http.get(base + path).body();
  }

  JsonNode post(String path, Map<String, ?> body) {
    return http.post(base + path, body).body();
  }
}
