package io.lethe.ledger.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.ledger.Events;
import io.lethe.ledger.domain.RequestEvent;
import io.lethe.ledger.domain.Step;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.kafka.TraceContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestTracesTest {
  private static final TraceContext TRACE = TraceContext.ofRequest(Events.REQUEST);
  private static final TraceContext SET = TraceContext.ofForgetSet(Events.SET);

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final NamedIds ids = new NamedIds();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder()
          .setIdGenerator(ids)
          .addSpanProcessor(SimpleSpanProcessor.create(spans))
          .build();
  private final RequestTraces traces = new RequestTraces(provider.get("test"), ids);

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void shouldTellACompletedRequestAsOneTraceUnderTheIdsItsRecordsCarry() {
    traces.recorded(step(RequestEvent.CLOCKS_MET, snapshot().build()));
    Map<String, SpanData> told = byName();
    assertThat(told).containsOnlyKeys("erasure", "suppress", "collect", "unlearn", "serve");
    assertThat(told.values()).extracting(SpanData::getTraceId).containsOnly(TRACE.traceId());
    SpanData outer = told.get("erasure");
    assertThat(outer.getSpanId()).isEqualTo(TRACE.spanId());
    assertThat(outer.getParentSpanId()).isEqualTo(SpanId.getInvalid());
    assertThat(told.get("serve").getParentSpanId()).isEqualTo(TRACE.spanId());
    assertThat(outer.getAttributes().get(RequestTraces.VERSION)).isEqualTo(3);
    assertThat(outer.getAttributes().get(RequestTraces.SERVERS)).containsExactly("server-1");
    assertTimes(outer, 0, 9);
    assertTimes(told.get("suppress"), 0, 1);
    assertTimes(told.get("collect"), 0, 4);
    assertTimes(told.get("unlearn"), 4, 7);
    assertTimes(told.get("serve"), 7, 8);
  }

  @Test
  void shouldLinkToTheTraceOfTheForgetSet() {
    traces.recorded(step(RequestEvent.CLOCKS_MET, snapshot().build()));
    assertThat(byName().get("unlearn").getLinks())
        .extracting(link -> link.getSpanContext().getTraceId())
        .containsExactly(SET.traceId());
  }

  @Test
  void shouldSayNothingOfTheSubject() {
    traces.recorded(step(RequestEvent.CLOCKS_MET, snapshot().build()));
    assertThat(spans.getFinishedSpanItems().toString()).doesNotContain(Events.SUBJECT);
  }

  @Test
  void shouldTellNothingBeforeARequestIsComplete() {
    traces.recorded(step(RequestEvent.VERSION_RELEASED, snapshot().build()));
    assertThat(spans.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void shouldPassOverWhatNeverHappened() {
    DeletionProgressed withdrawn =
        snapshot()
            .setForgetSetId(null)
            .setForgetSetClosedAt(null)
            .setReleasedAt(null)
            .setUnlearnedAt(null)
            .setVersion(null)
            .build();
    traces.recorded(step(RequestEvent.CLOCKS_MET, withdrawn));
    assertThat(byName()).containsOnlyKeys("erasure", "suppress");
  }

  @Test
  void shouldAddTheExactVersionToTheSameTrace() {
    traces.recorded(step(RequestEvent.EXACT_ACKNOWLEDGED, snapshot().setExactAt(at(60)).build()));
    SpanData exact = byName().get("exact");
    assertThat(exact.getTraceId()).isEqualTo(TRACE.traceId());
    assertThat(exact.getParentSpanId()).isEqualTo(TRACE.spanId());
    assertTimes(exact, 0, 60);
  }

  private Map<String, SpanData> byName() {
    return spans.getFinishedSpanItems().stream()
        .collect(Collectors.toMap(SpanData::getName, Function.identity()));
  }

  private static void assertTimes(SpanData span, long from, long until) {
    assertThat(span.getStartEpochNanos()).isEqualTo(nanos(at(from)));
    assertThat(span.getEndEpochNanos()).isEqualTo(nanos(at(until)));
  }

  static long nanos(Instant at) {
    return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
  }

  static Instant at(long seconds) {
    return Events.after(seconds);
  }

  static Step step(RequestEvent event, DeletionProgressed after) {
    return new Step(event, RequestStage.RELEASED, after);
  }

  /** A completed request whose steps were seconds apart. */
  static DeletionProgressed.Builder snapshot() {
    return DeletionProgressed.newBuilder()
        .setRequestId(Events.REQUEST)
        .setSubjectRef(Events.SUBJECT)
        .setStage(RequestStage.COMPLETED)
        .setRegime(Regime.GDPR)
        .setReceivedAt(at(0))
        .setAcceptedAt(at(0))
        .setDueAt(at(1000))
        .setSuppressedAt(at(1))
        .setForgetSetId(Events.SET)
        .setForgetSetClosedAt(at(4))
        .setSamples(12)
        .setAdapterId("adapter")
        .setVersion(3L)
        .setReleasedAt(at(7))
        .setUnlearnedAt(at(8))
        .setAcknowledgedBy(List.of("server-1"))
        .setReceiptId("receipt")
        .setUpdatedAt(at(9));
  }
}
