package io.lethe.ledger.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.RequestStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLetterBeansTest {

  @ParameterizedTest
  @CsvSource({
    "SUPPRESSED, false, false",
    "FORGET_SET_CLOSED, true, false",
    "CANDIDATE_TRAINED, true, false",
    "CANDIDATE_REFUSED, true, false",
    "RELEASED, true, true",
    "COMPLETED, true, true",
    "WITHDRAWN, true, true",
  })
  void shouldTakeAForgetSetForDoneOnlyOnceItIsForgotten(
      RequestStage stage, boolean requestIsDone, boolean forgetSetIsDone) {
    assertThat(DeadLetterBeans.isBeyond(Topics.DELETION_SUBMITTED.name(), stage))
        .isEqualTo(requestIsDone);
    assertThat(DeadLetterBeans.isBeyond(Topics.DELETION_REQUESTED.name(), stage))
        .isEqualTo(requestIsDone);
    assertThat(DeadLetterBeans.isBeyond(Topics.FORGET_SET_CLOSED.name(), stage))
        .isEqualTo(forgetSetIsDone);
  }
}
