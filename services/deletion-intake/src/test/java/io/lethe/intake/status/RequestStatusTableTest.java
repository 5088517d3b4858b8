package io.lethe.intake.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.intake.Requests;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestStatusTableTest {
  private final RequestStatusTable table = new RequestStatusTable(2);

  @Test
  void shouldMergeTheRequestAndItsProgressInEitherOrder() {
    table.onProgressed(Requests.progress(1, RequestStage.RELEASED));
    table.onRequested(Requests.erase(1, "digest", "key"));

    RequestStatus status = table.find(Requests.id(1)).orElseThrow();
    assertThat(status.stage()).isEqualTo(RequestStage.RELEASED);
    assertThat(status.accepted().getContentDigest()).isEqualTo("digest");
    assertThat(table.findByKey("key")).contains(status);
  }

  @Test
  void shouldLetTheFirstRecordOfAnIdStand() {
    table.onRequested(Requests.erase(1, "first", null));
    table.onRequested(Requests.erase(1, "second", null));

    assertThat(table.find(Requests.id(1)).orElseThrow().accepted().getContentDigest())
        .isEqualTo("first");
  }

  @Test
  void shouldKnowAnAcceptedRequestAndNotOneThatOnlyTheLedgerToldOf() {
    table.onRequested(Requests.erase(1, "digest", null));
    table.onProgressed(Requests.progress(2, RequestStage.RELEASED));

    assertThat(table.hasAccepted(Requests.id(1))).isTrue();
    assertThat(table.hasAccepted(Requests.id(2))).isFalse();
    assertThat(table.hasAccepted(Requests.id(3))).isFalse();
  }

  @Test
  void shouldRememberThatAWithdrawalWasAskedFor() {
    table.onRequested(Requests.erase(1, "digest", null));
    table.onRequested(
        DeletionRequested.newBuilder(Requests.erase(1, "digest", null))
            .setAction(DeletionAction.WITHDRAW)
            .build());

    RequestStatus status = table.find(Requests.id(1)).orElseThrow();
    assertThat(status.withdrawalRequested()).isTrue();
    assertThat(status.stage()).isEqualTo(RequestStage.RECEIVED);
  }

  @ParameterizedTest
  @EnumSource(
      value = RequestStage.class,
      names = {"COMPLETED", "WITHDRAWN"})
  void shouldForgetTheFirstFinishedRequestWhenFull(RequestStage finished) {
    table.onRequested(Requests.erase(1, "one", "key-one"));
    table.onRequested(Requests.erase(2, "two", null));
    table.onProgressed(Requests.progress(1, finished));
    table.onRequested(Requests.erase(3, "three", null));

    assertThat(table.find(Requests.id(1))).isEmpty();
    assertThat(table.findByKey("key-one")).isEmpty();
    assertThat(table.find(Requests.id(2))).isPresent();
    assertThat(table.find(Requests.id(3))).isPresent();
    assertThat(table.size()).isEqualTo(2);
  }

  @Test
  void shouldNeverForgetAnUnfinishedRequestAndSayThatItIsFull() {
    table.onRequested(Requests.erase(1, "one", null));
    assertThat(table.isFull()).isFalse();
    table.onRequested(Requests.erase(2, "two", null));
    assertThat(table.isFull()).isTrue();
    table.onRequested(Requests.erase(3, "three", null));

    assertThat(table.find(Requests.id(1))).isPresent();
    assertThat(table.find(Requests.id(2))).isPresent();
    assertThat(table.find(Requests.id(3))).isEmpty();
    assertThat(table.isFull()).isTrue();
  }

  @Test
  void shouldCompareSubjectAndRegimeOnceTheAcceptedRecordHasExpired() {
    table.onProgressed(Requests.progress(1, RequestStage.COMPLETED));

    RequestStatus status = table.find(Requests.id(1)).orElseThrow();
    assertThat(status.hasContent("anything", Requests.SUBJECT_REF, Regime.GDPR)).isTrue();
    assertThat(status.hasContent("anything", Requests.SUBJECT_REF, Regime.UK)).isFalse();
    assertThat(status.hasContent("anything", "b".repeat(52), Regime.GDPR)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = RequestStage.class,
      names = {
        "FORGET_SET_CLOSED",
        "CANDIDATE_TRAINED",
        "CANDIDATE_REFUSED",
        "RELEASED",
        "COMPLETED"
      })
  void shouldKnowTheStagesAfterTheForgetSetClosed(RequestStage stage) {
    assertThat(
            new RequestStatus(null, false, null, Requests.progress(1, stage)).isForgetSetClosed())
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = RequestStage.class,
      names = {"UNKNOWN", "RECEIVED", "SUPPRESSED", "WITHDRAWN"})
  void shouldKnowTheStagesBeforeTheForgetSetClosed(RequestStage stage) {
    assertThat(
            new RequestStatus(null, false, null, Requests.progress(1, stage)).isForgetSetClosed())
        .isFalse();
  }

  @Test
  void shouldRefuseToRememberNothing() {
    assertThatThrownBy(() -> new RequestStatusTable(0))
        .hasMessage("lethe.requests-max is 0; set it to 1 or more.");
  }
}
