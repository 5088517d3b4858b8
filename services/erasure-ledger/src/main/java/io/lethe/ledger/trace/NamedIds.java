package io.lethe.ledger.trace;

import io.lethe.schemas.kafka.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.function.Supplier;

/**
 * Ids of spans: those that a request's id leads to, for the span that all others of its trace lie
 * in, and drawn ones for the others. Thread-safe.
 */
public final class NamedIds implements IdGenerator {
  private final IdGenerator drawn = IdGenerator.random();
  private final ThreadLocal<TraceContext> next = new ThreadLocal<>();

  /** Starts a span that has the ids of that trace; it must have no parent. */
  Span startOuter(TraceContext trace, Supplier<Span> start) {
    next.set(trace);
    try {
      return start.get();
    } finally {
      next.remove();
    }
  }

  @Override
  public String generateSpanId() {
    TraceContext named = next.get();
    return named == null ? drawn.generateSpanId() : named.spanId();
  }

  @Override
  public String generateTraceId() {
    TraceContext named = next.get();
    return named == null ? drawn.generateTraceId() : named.traceId();
  }
}
