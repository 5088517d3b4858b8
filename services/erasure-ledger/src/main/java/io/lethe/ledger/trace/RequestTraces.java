package io.lethe.ledger.trace;

import io.lethe.ledger.domain.RequestEvent;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.follow.LedgerObserver;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.kafka.TraceContext;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.List;

/**
 * Tells a request's way as a trace once the request is complete: one span for each thing that was
 * waited for, with the times that stand in the log. Nothing could tell it earlier, since a request
 * waits for hours at times and is met together with others. No attribute tells whose request it is.
 */
public final class RequestTraces implements LedgerObserver {
  static final AttributeKey<String> REQUEST = AttributeKey.stringKey("lethe.request.id");
  static final AttributeKey<String> REGIME = AttributeKey.stringKey("lethe.regime");
  static final AttributeKey<String> FORGET_SET = AttributeKey.stringKey("lethe.forget_set.id");
  static final AttributeKey<Long> SAMPLES = AttributeKey.longKey("lethe.samples");
  static final AttributeKey<Long> VERSION = AttributeKey.longKey("lethe.version");
  static final AttributeKey<String> ADAPTER = AttributeKey.stringKey("lethe.adapter.id");
  static final AttributeKey<List<String>> SERVERS = AttributeKey.stringArrayKey("lethe.servers");
  static final AttributeKey<String> RECEIPT = AttributeKey.stringKey("lethe.receipt.id");

  private final Tracer tracer;
  private final NamedIds ids;

  /**
   * @param ids those that the tracer draws from
   */
  public RequestTraces(Tracer tracer, NamedIds ids) {
    this.tracer = tracer;
    this.ids = ids;
  }

  @Override
  public void recorded(Step step) {
    if (step.event() == RequestEvent.CLOCKS_MET) {
      complete(step.after());
    } else if (step.event() == RequestEvent.EXACT_ACKNOWLEDGED) {
      exact(step.after());
    }
  }

  @Override
  public void ignored() {
    // What had no step took no time of the request's.
  }

  private void complete(DeletionProgressed request) {
    TraceContext trace = TraceContext.ofRequest(request.getRequestId());
    Span outer =
        ids.startOuter(
            trace,
            () ->
                tracer
                    .spanBuilder("erasure")
                    .setNoParent()
                    .setStartTimestamp(request.getAcceptedAt())
                    .setAllAttributes(attributes(request))
                    .startSpan());
    Context inside = Context.root().with(outer);
    span(inside, "suppress", request.getAcceptedAt(), request.getSuppressedAt(), List.of());
    if (request.getForgetSetClosedAt() != null) {
      TraceContext set = TraceContext.ofForgetSet(request.getForgetSetId());
      span(
          inside,
          "collect",
          request.getAcceptedAt(),
          request.getForgetSetClosedAt(),
          List.of(contextOf(set)));
      span(
          inside,
          "unlearn",
          request.getForgetSetClosedAt(),
          request.getReleasedAt(),
          List.of(contextOf(set)));
      span(inside, "serve", request.getReleasedAt(), request.getUnlearnedAt(), List.of());
    }
    outer.end(request.getUpdatedAt());
  }

  private void exact(DeletionProgressed request) {
    TraceContext trace = TraceContext.ofRequest(request.getRequestId());
    Context inside = Context.root().with(Span.wrap(contextOf(trace)));
    span(inside, "exact", request.getAcceptedAt(), request.getExactAt(), List.of());
  }

  private void span(
      Context parent, String name, Instant from, Instant until, List<SpanContext> links) {
    if (from == null || until == null) {
      return;
    }
    SpanBuilder builder = tracer.spanBuilder(name).setParent(parent).setStartTimestamp(from);
    links.forEach(builder::addLink);
    builder.startSpan().end(until);
  }

  private static Attributes attributes(DeletionProgressed request) {
    AttributesBuilder attributes = Attributes.builder();
    attributes.put(REQUEST, request.getRequestId());
    attributes.put(REGIME, request.getRegime().name());
    attributes.put(SERVERS, List.copyOf(request.getAcknowledgedBy()));
    put(attributes, FORGET_SET, request.getForgetSetId());
    put(attributes, ADAPTER, request.getAdapterId());
    put(attributes, RECEIPT, request.getReceiptId());
    if (request.getSamples() != null) {
      attributes.put(SAMPLES, request.getSamples().longValue());
    }
    if (request.getVersion() != null) {
      attributes.put(VERSION, request.getVersion());
    }
    return attributes.build();
  }

  private static void put(AttributesBuilder attributes, AttributeKey<String> key, String value) {
    if (value != null) {
      attributes.put(key, value);
    }
  }

  private static SpanContext contextOf(TraceContext trace) {
    return SpanContext.createFromRemoteParent(
        trace.traceId(), trace.spanId(), TraceFlags.getSampled(), TraceState.getDefault());
  }
}
