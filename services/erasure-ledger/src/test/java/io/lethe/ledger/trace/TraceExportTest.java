package io.lethe.ledger.trace;

import static io.lethe.ledger.trace.RequestTracesTest.at;
import static io.lethe.ledger.trace.RequestTracesTest.nanos;
import static io.lethe.ledger.trace.RequestTracesTest.snapshot;
import static io.lethe.ledger.trace.RequestTracesTest.step;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.lethe.ledger.Events;
import io.lethe.ledger.domain.RequestEvent;
import io.lethe.testing.Tokens;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The export that docs/operating/traces.md tells how to turn on, up to a collector. */
@QuarkusTest
@TestProfile(TraceExportTest.Exporting.class)
class TraceExportTest {
  private static final String HOST = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** As the page says, and no broker. */
  public static final class Exporting implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
        return Map.of(
            "quarkus.otel.sdk.disabled",
            "false",
            "quarkus.otel.exporter.otlp.endpoint",
            "http://" + HOST + ":" + free.getLocalPort(),
            "lethe.state-directory",
            Files.createTempDirectory("erasure-ledger").toString(),
            "kafka.bootstrap.servers",
            "localhost:1",
            "quarkus.http.test-port",
            "0",
            "quarkus.oidc.public-key",
            Tokens.publicKey());
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  @Inject RequestTraces traces;
  @Inject Vertx vertx;

  @ConfigProperty(name = "quarkus.otel.exporter.otlp.endpoint")
  URI endpoint;

  private Collector collector;

  @BeforeEach
  void listen() throws Exception {
    collector = Collector.listen(vertx, HOST, endpoint.getPort());
  }

  @AfterEach
  void close() throws Exception {
    collector.close();
  }

  @Test
  void shouldReachACollectorUnderTheIdsThatFollowFromTheRequestsId() throws Exception {
    // A call over HTTP leaves no span among those of the requests.
    given().get("/q/health/live").then().statusCode(200);
    traces.recorded(step(RequestEvent.CLOCKS_MET, snapshot().build()));
    traces.recorded(step(RequestEvent.EXACT_ACKNOWLEDGED, snapshot().setExactAt(at(60)).build()));
    List<ResourceSpans> received = awaitSpans(6);

    Map<String, Span> spans = byName(received);
    String hash = sha256("request:" + Events.REQUEST);
    String traceId = hash.substring(0, 32);
    Span outer = spans.get("erasure");
    assertThat(spans.values())
        .extracting(
            Span::getName,
            span -> hex(span.getTraceId().toByteArray()),
            span -> hex(span.getParentSpanId().toByteArray()),
            Span::getStartTimeUnixNano,
            Span::getEndTimeUnixNano)
        .containsExactlyInAnyOrder(
            tuple("erasure", traceId, "", nanos(at(0)), nanos(at(9))),
            tuple("suppress", traceId, idOf(outer), nanos(at(0)), nanos(at(1))),
            tuple("collect", traceId, idOf(outer), nanos(at(0)), nanos(at(4))),
            tuple("unlearn", traceId, idOf(outer), nanos(at(4)), nanos(at(7))),
            tuple("serve", traceId, idOf(outer), nanos(at(7)), nanos(at(8))),
            tuple("exact", traceId, idOf(outer), nanos(at(0)), nanos(at(60))));
    assertThat(idOf(outer)).isEqualTo(hash.substring(32, 48));
    assertThat(spans.values()).extracting(TraceExportTest::idOf).doesNotHaveDuplicates();

    String setHash = sha256("forget-set:" + Events.SET);
    for (String linked : List.of("collect", "unlearn")) {
      assertThat(spans.get(linked).getLinksList())
          .extracting(
              link -> hex(link.getTraceId().toByteArray()),
              link -> hex(link.getSpanId().toByteArray()))
          .containsExactly(tuple(setHash.substring(0, 32), setHash.substring(32, 48)));
    }
    assertThat(attributes(outer.getAttributesList()))
        .isEqualTo(
            Map.of(
                "lethe.request.id", text(Events.REQUEST),
                "lethe.regime", text("GDPR"),
                "lethe.forget_set.id", text(Events.SET),
                "lethe.samples", AnyValue.newBuilder().setIntValue(12).build(),
                "lethe.version", AnyValue.newBuilder().setIntValue(3).build(),
                "lethe.adapter.id", text("adapter"),
                "lethe.receipt.id", text("receipt"),
                "lethe.servers", list("server-1")));
    assertThat(received)
        .allSatisfy(
            sender ->
                assertThat(attributes(sender.getResource().getAttributesList()))
                    .containsEntry("service.name", text("erasure-ledger")));
    assertThat(received.toString()).doesNotContain(Events.SUBJECT);
  }

  /** The exporter sends what it has every few seconds. */
  private List<ResourceSpans> awaitSpans(int count) {
    await("spans").atMost(PATIENCE).until(() -> all(collector.received()).size() >= count);
    assertThat(all(collector.received())).hasSize(count);
    return collector.received();
  }

  private static List<Span> all(List<ResourceSpans> received) {
    return received.stream()
        .flatMap(sender -> sender.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  private static Map<String, Span> byName(List<ResourceSpans> received) {
    return all(received).stream().collect(Collectors.toMap(Span::getName, Function.identity()));
  }

  private static Map<String, AnyValue> attributes(List<KeyValue> attributes) {
    return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
  }

  private static AnyValue text(String value) {
    return AnyValue.newBuilder().setStringValue(value).build();
  }

  private static AnyValue list(String value) {
    AnyValue.Builder list = AnyValue.newBuilder();
    list.getArrayValueBuilder().addValues(text(value));
    return list.build();
  }

  private static String idOf(Span span) {
    return hex(span.getSpanId().toByteArray());
  }

  private static String hex(byte[] id) {
    return HexFormat.of().formatHex(id);
  }

  private static String sha256(String text) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash);
  }
}
