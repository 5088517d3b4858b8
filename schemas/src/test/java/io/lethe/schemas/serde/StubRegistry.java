package io.lethe.schemas.serde;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * The part of the registry's HTTP interface that serializers use, for tests; can be told to fail.
 */
final class StubRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<Schema> schemas = new ArrayList<>();
  private final Set<String> registered = new HashSet<>();
  private final List<String> requests = new ArrayList<>();
  private final List<String> authorizations = new ArrayList<>();
  private int failureStatus;
  private String failureBody;

  StubRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException noPort) {
      throw new IllegalStateException(noPort);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on every request is answered so; status 0 ends it. */
  synchronized void failWith(int status, String body) {
    failureStatus = status;
    failureBody = body;
  }

  /** Method and path of each request so far. */
  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  /** The Authorization header of each request that had one. */
  synchronized List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization != null) {
      authorizations.add(authorization);
    }
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (failureStatus != 0) {
      answer(exchange, failureStatus, failureBody);
    } else if (path.startsWith("/schemas/ids/")) {
      byId(exchange, Integer.parseInt(path.substring("/schemas/ids/".length())));
    } else {
      bySubject(
          exchange, path, new Schema.Parser().parse(JSON.readTree(body).get("schema").asText()));
    }
  }

  private void byId(HttpExchange exchange, int id) throws IOException {
    if (id < 1 || id > schemas.size()) {
      answer(exchange, 404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");
      return;
    }
    answer(
        exchange, 200, JSON.writeValueAsString(Map.of("schema", schemas.get(id - 1).toString())));
  }

  private void bySubject(HttpExchange exchange, String path, Schema schema) throws IOException {
    boolean register = path.endsWith("/versions");
    String entry = path.replace("/versions", "") + schema;
    if (!register && !registered.contains(entry)) {
      answer(exchange, 404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");
      return;
    }
    registered.add(entry);
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    int id = schemas.indexOf(schema) + 1;
    answer(
        exchange,
        200,
        JSON.writeValueAsString(
            Map.of("id", id, "subject", "any", "version", 1, "schema", schema.toString())));
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }
}
