package io.lethe.intake.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.event.DeletionAction;
import org.junit.jupiter.api.Test;

class RequestEventIdTest {
  @Test
  void shouldTellTheRequestOfAnErasureAndOfNothingElse() {
    assertThat(RequestEventId.erasedRequestId(RequestEventId.of("one", DeletionAction.ERASE)))
        .isEqualTo("one");
    assertThat(RequestEventId.erasedRequestId(RequestEventId.of("one", DeletionAction.WITHDRAW)))
        .isNull();
    assertThat(RequestEventId.erasedRequestId("one")).isNull();
    assertThat(RequestEventId.erasedRequestId(null)).isNull();
  }
}
