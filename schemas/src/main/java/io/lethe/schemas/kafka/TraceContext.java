package io.lethe.schemas.kafka;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.common.header.Headers;

/**
 * W3C trace context that follows from an id. A request waits in state stores and is met together
 * with others, so that no call chain leads from its acceptance to its receipt; but every record on
 * the way names the request or its forget set, and from the name all compute the same trace.
 *
 * @param traceId 32 hex digits
 * @param spanId 16 hex digits, of the span that all others of the trace lie in
 */
public record TraceContext(String traceId, String spanId) {
  /** Name of the header, as W3C has it. */
  public static final String HEADER = "traceparent";

  private static final int TRACE_DIGITS = 32;
  private static final int SPAN_DIGITS = 16;

  /** The trace of one deletion request, from its acceptance to its receipt. */
  public static TraceContext ofRequest(String requestId) {
    return of("request", requestId);
  }

  /** The trace of one forget set, from its closing to the version that it led to. */
  public static TraceContext ofForgetSet(String forgetSetId) {
    return of("forget-set", forgetSetId);
  }

  /** The header's value: version 00, sampled. */
  public String traceparent() {
    return "00-" + traceId + "-" + spanId + "-01";
  }

  /** Adds the header; an earlier one is replaced. */
  public Headers stamp(Headers headers) {
    CloudEvents.put(headers, HEADER, traceparent());
    return headers;
  }

  private static TraceContext of(String kind, String id) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((kind + ":" + id).getBytes(StandardCharsets.UTF_8));
      String digits = HexFormat.of().formatHex(digest);
      return new TraceContext(
          digits.substring(0, TRACE_DIGITS),
          digits.substring(TRACE_DIGITS, TRACE_DIGITS + SPAN_DIGITS));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("[BUG] Every JDK has SHA-256.", missing);
    }
  }
}
