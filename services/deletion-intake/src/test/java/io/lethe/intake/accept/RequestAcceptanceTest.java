package io.lethe.intake.accept;

import static io.lethe.intake.Requests.NOW;
import static io.lethe.intake.Requests.id;
import static io.lethe.intake.Requests.submission;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.intake.Requests;
import io.lethe.intake.TestPublishing;
import io.lethe.intake.domain.DatingRules;
import io.lethe.intake.domain.DeadlinePolicy;
import io.lethe.intake.domain.ErasureScope;
import io.lethe.intake.domain.ExtensionRequest;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import io.lethe.intake.domain.Submission;
import io.lethe.intake.status.RequestStatusTable;
import io.lethe.schemas.event.DeadlineExtension;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.ExtensionReason;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RequestAcceptanceTest {
  private final TestPublishing publishing = new TestPublishing(false);
  private final RequestStatusTable table = new RequestStatusTable(10);
  private final RequestAcceptance acceptance =
      new RequestAcceptance(
          table,
          new DatingRules(DeadlinePolicy.lawful(), Duration.ofSeconds(60)),
          publishing.publisher(),
          2,
          Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void shouldCompleteOnlyOnceTheBrokerHasAcknowledged() {
    CompletableFuture<Acceptance> pending = acceptance.accept(submission(1, "key"), NOW);

    assertThat(pending).isNotDone();
    assertThat(table.find(id(1))).isEmpty();
    publishing.acknowledgeNext();
    assertThat(pending).isCompletedWithValueMatching(accepted -> !accepted.repeated());
    assertThat(table.find(id(1))).isPresent();
  }

  @Test
  void shouldPublishTheDatedRequestKeyedByItsSubject() {
    acceptance.accept(submission(1, "key"), NOW);

    ProducerRecord<String, ?> record = publishing.sent().get(0);
    assertThat(record.topic()).isEqualTo("deletion.requested");
    assertThat(record.key()).isEqualTo(Requests.SUBJECT_REF);
    assertThat(record.value())
        .isEqualTo(Requests.erase(1, submission(1, "key").contentDigest(), "key"));
    assertThat(new String(record.headers().lastHeader("ce_type").value()))
        .isEqualTo("deletion.requested");
    assertThat(new String(record.headers().lastHeader("ce_id").value()))
        .isEqualTo(id(1) + "/ERASE");
  }

  @Test
  void shouldGiveARepetitionTheSameAnswerWithoutPublishingAgain() {
    acceptance.accept(submission(1, "key"), NOW);
    publishing.acknowledgeNext();

    CompletableFuture<Acceptance> again =
        acceptance.accept(submission(1, "key"), NOW.plusSeconds(9));

    assertThat(again)
        .isCompletedWithValueMatching(
            accepted -> accepted.repeated() && accepted.status().receivedAt().equals(NOW));
    assertThat(publishing.sent()).hasSize(1);
  }

  @Test
  void shouldJoinARepetitionToThePublicationInFlight() {
    CompletableFuture<Acceptance> first = acceptance.accept(submission(1, null), NOW);
    CompletableFuture<Acceptance> second = acceptance.accept(submission(1, null), NOW);

    assertThat(publishing.sent()).hasSize(1);
    assertThat(second).isNotDone();
    publishing.acknowledgeNext();
    assertThat(first).isCompletedWithValueMatching(accepted -> !accepted.repeated());
    assertThat(second).isCompletedWithValueMatching(Acceptance::repeated);
  }

  @Test
  void shouldAcceptARepetitionWhoseDatesNoLongerHold() {
    Submission dated =
        new Submission(
            id(1),
            Requests.SUBJECT_REF,
            ErasureScope.all(),
            Regime.GDPR,
            null,
            Instant.parse("2026-05-11T00:00:00Z"),
            "",
            null);
    acceptance.accept(dated, NOW);
    publishing.acknowledgeNext();

    Submission later =
        new Submission(
            id(1),
            Requests.SUBJECT_REF,
            ErasureScope.all(),
            Regime.GDPR,
            null,
            Instant.parse("2026-01-01T00:00:00Z"),
            "",
            null);
    assertThat(acceptance.accept(later, NOW)).isCompletedWithValueMatching(Acceptance::repeated);
  }

  @Test
  void shouldRefuseOtherContentUnderTheSameId() {
    acceptance.accept(submission(1, null), NOW);
    publishing.acknowledgeNext();

    assertRefused(() -> acceptance.accept(other(1), NOW), RefusalReason.CONFLICT, "requestId");
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F7,
      level = FaultLevel.UNIT,
      does = "Sends other content under the id of a request that is in flight.",
      load = "2 requests",
      oracle = "The second is refused; the first goes on.",
      limit = "exact")
  void shouldRefuseOtherContentUnderTheSameIdWhileTheFirstIsInFlight() {
    acceptance.accept(submission(1, null), NOW);

    assertRefused(() -> acceptance.accept(other(1), NOW), RefusalReason.CONFLICT, "requestId");
  }

  @Test
  void shouldRefuseAnotherRequestUnderTheSameKey() {
    acceptance.accept(submission(1, "key"), NOW);
    assertRefused(
        () -> acceptance.accept(submission(2, "key"), NOW),
        RefusalReason.CONFLICT,
        "Idempotency-Key");
    publishing.acknowledgeNext();
    assertRefused(
        () -> acceptance.accept(submission(2, "key"), NOW),
        RefusalReason.CONFLICT,
        "Idempotency-Key");
  }

  @Test
  void shouldTryAgainAfterAPublicationFailed() {
    CompletableFuture<Acceptance> failed = acceptance.accept(submission(1, "key"), NOW);
    publishing.failNext(new TimeoutException("no broker"));
    assertThat(failed).isCompletedExceptionally();

    CompletableFuture<Acceptance> again = acceptance.accept(submission(1, "key"), NOW);
    publishing.acknowledgeNext();

    assertThat(again).isCompletedWithValueMatching(accepted -> !accepted.repeated());
    assertThat(publishing.sent()).hasSize(2);
  }

  @Test
  void shouldRefuseWhenTooManyWaitForTheBroker() {
    acceptance.accept(submission(1, null), NOW);
    acceptance.accept(submission(2, null), NOW);

    assertRefused(
        () -> acceptance.accept(submission(3, null), NOW), RefusalReason.UNAVAILABLE, null);
  }

  @Test
  void shouldRefuseWhenTheTableIsFullOfUnfinishedRequests() {
    for (int number = 1; number <= 10; number++) {
      table.onRequested(Requests.erase(number, "digest", null));
    }
    assertRefused(
        () -> acceptance.accept(submission(11, null), NOW), RefusalReason.UNAVAILABLE, null);
  }

  @Test
  void shouldPublishAWithdrawalOnce() {
    acceptance.accept(submission(1, null), NOW);
    publishing.acknowledgeNext();

    CompletableFuture<Acceptance> first = acceptance.withdraw(id(1), null, null);
    CompletableFuture<Acceptance> second = acceptance.withdraw(id(1), null, null);
    publishing.acknowledgeNext();
    CompletableFuture<Acceptance> third = acceptance.withdraw(id(1), null, null);

    assertThat(first).isCompletedWithValueMatching(a -> a.status().withdrawalRequested());
    assertThat(second).isCompletedWithValueMatching(Acceptance::repeated);
    assertThat(third).isCompletedWithValueMatching(Acceptance::repeated);
    assertThat(publishing.sent().stream().map(sent -> (DeletionRequested) sent.value()).toList())
        .extracting(DeletionRequested::getAction)
        .isEqualTo(List.of(DeletionAction.ERASE, DeletionAction.WITHDRAW));
  }

  @Test
  void shouldRefuseToWithdrawOnceTheForgetSetHasClosed() {
    table.onRequested(Requests.erase(1, "digest", null));
    table.onProgressed(Requests.progress(1, RequestStage.FORGET_SET_CLOSED));

    assertRefused(
        () -> acceptance.withdraw(id(1), null, null), RefusalReason.TOO_LATE, "requestId");
  }

  @Test
  void shouldRefuseToWithdrawAnUnknownRequest() {
    assertRefused(
        () -> acceptance.withdraw(id(1), null, null), RefusalReason.UNKNOWN_REQUEST, "requestId");
  }

  @Test
  void shouldRefuseToWithdrawAnotherPersonsRequest() {
    table.onRequested(Requests.erase(1, "digest", null));

    assertRefused(
        () -> acceptance.withdraw(id(1), "b".repeat(52), null),
        RefusalReason.CONFLICT,
        "requestId");
  }

  @Test
  void shouldNotTellAnotherAccountSystemThatARequestExists() {
    table.onRequested(Requests.erase(1, submission(1, null).contentDigest(), null));

    assertRefused(
        () -> acceptance.withdraw(id(1), null, "forum"),
        RefusalReason.UNKNOWN_REQUEST,
        "requestId");
    assertRefused(() -> acceptance.accept(from("forum"), NOW), RefusalReason.CONFLICT, "requestId");
    assertThat(acceptance.accept(submission(1, null), NOW))
        .isCompletedWithValueMatching(Acceptance::repeated);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F7,
      level = FaultLevel.UNIT,
      does = "Another account system sends the same request while the first is in flight.",
      load = "2 requests",
      oracle = "Neither is taken for the other.",
      limit = "exact")
  void shouldNotJoinAnotherAccountSystemsPublicationInFlight() {
    acceptance.accept(submission(1, null), NOW);

    assertRefused(() -> acceptance.accept(from("forum"), NOW), RefusalReason.CONFLICT, "requestId");
  }

  private static Submission from(String source) {
    return new Submission(
        id(1), Requests.SUBJECT_REF, ErasureScope.all(), Regime.GDPR, null, null, source, null);
  }

  private static Submission other(int number) {
    return new Submission(
        id(number), Requests.SUBJECT_REF, ErasureScope.all(), Regime.CCPA, null, null, "", null);
  }

  @Test
  void shouldPublishAnExtensionWithBothDeadlinesAndTheReason() {
    table.onRequested(Requests.erase(1, "digest", "key"));
    CompletableFuture<Acceptance> pending = acceptance.extend(id(1), extension(null));
    assertThat(pending).isNotDone();
    publishing.acknowledgeNext();

    DeletionRequested extended = (DeletionRequested) publishing.sent().get(0).value();
    Instant moved = Instant.parse("2026-08-10T21:59:59.999Z");
    assertThat(extended)
        .isEqualTo(
            DeletionRequested.newBuilder(Requests.erase(1, "digest", "key"))
                .setAction(DeletionAction.EXTEND)
                .setDueAt(moved)
                .setExtension(new DeadlineExtension(Requests.DUE, ExtensionReason.COMPLEXITY, NOW))
                .build());
    assertThat(publishing.sent().get(0).key()).isEqualTo(Requests.SUBJECT_REF);
    assertThat(pending)
        .isCompletedWithValueMatching(
            accepted -> !accepted.repeated() && accepted.status().dueAt().equals(moved));
  }

  @Test
  void shouldAnswerTheSameExtensionAgainAndRefuseASecondOne() {
    table.onRequested(Requests.erase(1, "digest", null));
    acceptance.extend(id(1), extension(null));
    CompletableFuture<Acceptance> joined = acceptance.extend(id(1), extension(null));
    assertRefused(
        () -> acceptance.extend(id(1), extension(Requests.DUE.plusSeconds(60))),
        RefusalReason.ALREADY_EXTENDED,
        "requestId");
    publishing.acknowledgeNext();

    assertThat(joined).isCompletedWithValueMatching(Acceptance::repeated);
    assertThat(acceptance.extend(id(1), extension(null)))
        .isCompletedWithValueMatching(Acceptance::repeated);
    assertRefused(
        () -> acceptance.extend(id(1), extension(Requests.DUE.plusSeconds(60))),
        RefusalReason.ALREADY_EXTENDED,
        "requestId");
    assertThat(publishing.sent()).hasSize(1);
  }

  @Test
  void shouldRefuseAnExtensionThatTheLedgerKnowsOfAlready() {
    table.onRequested(Requests.erase(1, "digest", null));
    DeletionProgressed told = Requests.progress(1, RequestStage.SUPPRESSED);
    told.setDueAt(Requests.DUE.plusSeconds(60));
    told.setExtension(new DeadlineExtension(Requests.DUE, ExtensionReason.OTHER, NOW));
    table.onProgressed(told);
    assertRefused(
        () -> acceptance.extend(id(1), extension(null)),
        RefusalReason.ALREADY_EXTENDED,
        "requestId");
    assertThat(table.find(id(1)).orElseThrow().dueAt()).isEqualTo(Requests.DUE.plusSeconds(60));
  }

  @Test
  void shouldRefuseToExtendWhatIsUnknownWithdrawnOrForgottenExactly() {
    assertRefused(
        () -> acceptance.extend(id(1), extension(null)),
        RefusalReason.UNKNOWN_REQUEST,
        "requestId");
    table.onRequested(Requests.erase(1, "digest", null));
    table.onProgressed(Requests.progress(1, RequestStage.WITHDRAWN));
    assertRefused(
        () -> acceptance.extend(id(1), extension(null)), RefusalReason.NOT_EXTENDABLE, "requestId");
    table.onRequested(Requests.erase(2, "digest", null));
    DeletionProgressed exact = Requests.progress(2, RequestStage.COMPLETED);
    exact.setExactAt(NOW);
    table.onProgressed(exact);
    assertRefused(
        () -> acceptance.extend(id(2), extension(null)), RefusalReason.NOT_EXTENDABLE, "requestId");
  }

  @Test
  void shouldExtendACompletedRequestThatIsNotExactYet() {
    table.onRequested(Requests.erase(1, "digest", null));
    table.onProgressed(Requests.progress(1, RequestStage.COMPLETED));
    acceptance.extend(id(1), extension(null));
    assertThat(publishing.sent()).hasSize(1);
  }

  private static ExtensionRequest extension(Instant dueAt) {
    return new ExtensionRequest(ExtensionReason.COMPLEXITY, NOW, dueAt);
  }

  private static void assertRefused(ThrowingCallable call, RefusalReason reason, String field) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.field()).isEqualTo(field);
            });
  }
}
