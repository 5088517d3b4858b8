package io.lethe.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TraceContextTest {
  private static final String REQUEST = "00000000-0000-4000-8000-000000000001";

  @Test
  void shouldLeadFromTheIdToTheSameTraceEverywhere() {
    assertThat(TraceContext.ofRequest(REQUEST).traceparent())
        .isEqualTo("00-18dfe04ad0c487e0d8e4898b67cb0d88-fcb29c0bbadc9fb7-01");
    assertThat(TraceContext.ofForgetSet("set-1").traceparent())
        .isEqualTo("00-0d3637c2cb2c97fa9253a302094ca24d-2d02dc84dc198954-01");
  }

  @Test
  void shouldReplaceAnEarlierHeader() {
    Headers headers = new RecordHeaders();
    TraceContext.ofForgetSet("set-1").stamp(headers);
    TraceContext.ofRequest(REQUEST).stamp(headers);
    assertThat(headers.headers(TraceContext.HEADER)).hasSize(1);
    assertThat(CloudEvents.text(headers, TraceContext.HEADER))
        .isEqualTo(TraceContext.ofRequest(REQUEST).traceparent());
  }
}
