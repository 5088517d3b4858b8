package io.lethe.ledger.domain;

import static io.lethe.ledger.Events.REQUEST;
import static io.lethe.ledger.Events.SET;
import static io.lethe.ledger.Events.SUBJECT;
import static io.lethe.ledger.Events.after;
import static io.lethe.ledger.Events.closed;
import static io.lethe.ledger.Events.closedWithdrawing;
import static io.lethe.ledger.Events.extended;
import static io.lethe.ledger.Events.released;
import static io.lethe.ledger.Events.releasedExact;
import static io.lethe.ledger.Events.requested;
import static io.lethe.ledger.Events.serving;
import static io.lethe.ledger.Events.trained;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.ledger.Events;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.VersionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RequestProgressTest {
  private static final RequestLifecycle LIFECYCLE = new RequestLifecycle();
  private static final long OFFSET = 5;

  private final ServerTable servers = new ServerTable(Duration.ofSeconds(10), 1, 10);
  private final Knowledge knowledge = new Knowledge(new VersionTable(4), servers, 4);
  private final List<String> ignored = new ArrayList<>();
  private final RequestProgress progress =
      new RequestProgress(
          LIFECYCLE,
          knowledge,
          Duration.ofSeconds(60),
          (requestId, reason) -> ignored.add(requestId + ": " + reason));
  private DeletionProgressed current;

  @AfterAll
  static void everyTransitionOfTheTableIsVisited() {
    assertThat(LIFECYCLE.visited()).containsAll(RequestLifecycle.TRANSITIONS);
  }

  @Test
  void shouldCompleteARequestThatIsSuppressedFirst() {
    assertThat(begin()).containsExactly(RequestEvent.REQUEST_ACCEPTED);
    heartbeat("a", 0, OFFSET + 1, 1);
    assertThat(advance(1)).containsExactly(RequestEvent.SUPPRESSION_ACKNOWLEDGED);
    assertThat(current.getStage()).isEqualTo(RequestStage.SUPPRESSED);
    assertThat(current.getSuppressedAt()).isEqualTo(after(1));
    knowledge.closed(closed(REQUEST, SUBJECT, SUBJECT, "another"));
    assertThat(advance(2)).containsExactly(RequestEvent.FORGET_SET_CLOSED);
    assertThat(current.getSamples()).isEqualTo(2);
    assertThat(current.getForgetSetId()).isEqualTo(SET);
    assertThat(current.getForgetSetClosedAt()).isEqualTo(after(2));
    knowledge.trained(TrainedCandidate.of(trained(true)));
    assertThat(advance(3)).containsExactly(RequestEvent.CANDIDATE_ACCEPTED);
    assertThat(current.getAdapterId()).isEqualTo("adapter-1");
    release(released(1, REQUEST));
    assertThat(advance(4)).containsExactly(RequestEvent.VERSION_RELEASED);
    assertThat(current.getVersion()).isEqualTo(1);
    assertThat(current.getReleasedAt()).isEqualTo(after(4));
    heartbeat("b", 1, OFFSET + 1, 5);
    assertThat(advance(5)).isEmpty();
    heartbeat("a", 1, OFFSET + 1, 6);
    assertThat(advance(6))
        .containsExactly(RequestEvent.UNLEARNING_ACKNOWLEDGED, RequestEvent.CLOCKS_MET);
    assertThat(current.getStage()).isEqualTo(RequestStage.COMPLETED);
    assertThat(current.getUnlearnedAt()).isEqualTo(after(6));
    assertThat(current.getAcknowledgedBy()).containsExactly("a", "b");
    assertThat(current.getReceiptId()).isEqualTo(RequestProgress.receiptId(REQUEST));
    assertThat(current.getSuppressedAt()).isEqualTo(after(1));
    assertThat(current.getUpdatedAt()).isEqualTo(after(6));
    assertThat(advance(7)).isEmpty();
  }

  @Test
  void shouldBecomeExactAfterCompletionOnceEveryLiveServerServesAnExactVersion() {
    completeApproximately();
    release(releasedExact(2, REQUEST));
    heartbeat("b", 2, OFFSET + 1, 8);
    assertThat(advance(8)).as("server a serves version 1").isEmpty();
    heartbeat("a", 2, OFFSET + 1, 9);
    assertThat(advance(9)).containsExactly(RequestEvent.EXACT_ACKNOWLEDGED);
    assertThat(current.getStage()).isEqualTo(RequestStage.COMPLETED);
    assertThat(current.getExactAt()).isEqualTo(after(9));
    assertThat(current.getExactVersion()).isEqualTo(2);
    assertThat(current.getExactAdapterId()).isEqualTo("adapter-2");
    assertThat(current.getAcknowledgedBy()).containsExactly("a", "b");
    assertThat(current.getReceiptId()).isEqualTo(RequestProgress.exactReceiptId(REQUEST));
    assertThat(current.getVersion()).isEqualTo(1);
    assertThat(current.getAdapterId()).isEqualTo("adapter-1");
    assertThat(current.getUnlearnedAt()).isEqualTo(after(6));
    assertThat(advance(10)).isEmpty();
  }

  @Test
  void shouldGetOneExactReceiptWhenItIsCompletedByAnExactVersion() {
    begin();
    knowledge.closed(closed(REQUEST, SUBJECT));
    release(releasedExact(1, REQUEST));
    heartbeat("a", 1, OFFSET + 1, 7);
    assertThat(advance(7))
        .endsWith(
            RequestEvent.UNLEARNING_ACKNOWLEDGED,
            RequestEvent.EXACT_ACKNOWLEDGED,
            RequestEvent.CLOCKS_MET);
    assertThat(current.getExactAt()).isEqualTo(after(7));
    assertThat(current.getExactVersion()).isEqualTo(1);
    assertThat(current.getReceiptId()).isEqualTo(RequestProgress.receiptId(REQUEST));
    assertThat(advance(8)).isEmpty();
  }

  @Test
  void shouldNotBecomeExactByAVersionThatLacksTheRequestOrIsApproximateOrWasWithdrawn() {
    completeApproximately();
    release(releasedExact(2, "another"));
    servedByAll(2, 8);
    assertThat(advance(8)).isEmpty();
    release(
        AdapterVersion.newBuilder(releasedExact(3, REQUEST))
            .setStatus(VersionStatus.WITHDRAWN)
            .build());
    servedByAll(3, 9);
    assertThat(advance(9)).isEmpty();
    release(releasedExact(4, REQUEST));
    release(released(5, REQUEST, "another"));
    servedByAll(5, 10);
    assertThat(advance(10)).as("an approximate version followed the exact one").isEmpty();
    assertThat(current.getExactAt()).isNull();
    release(releasedExact(6, REQUEST, "another"));
    servedByAll(6, 11);
    assertThat(advance(11)).containsExactly(RequestEvent.EXACT_ACKNOWLEDGED);
    assertThat(current.getExactVersion()).isEqualTo(6);
  }

  @Test
  void shouldNameTheLowestExactVersionThatIsServed() {
    completeApproximately();
    release(releasedExact(2, REQUEST));
    release(releasedExact(3, REQUEST, "another"));
    heartbeat("a", 3, OFFSET + 1, 8);
    heartbeat("b", 2, OFFSET + 1, 9);
    assertThat(advance(9)).containsExactly(RequestEvent.EXACT_ACKNOWLEDGED);
    assertThat(current.getExactVersion()).isEqualTo(2);
    assertThat(current.getExactAt()).isEqualTo(after(9));
  }

  @Test
  void shouldNeverBeExactOnceWithdrawn() {
    begin();
    knowledge.closed(closedWithdrawing(List.of("another"), List.of(REQUEST)));
    advance(2);
    release(releasedExact(2, REQUEST));
    servedByAll(2, 8);
    assertThat(advance(8)).isEmpty();
  }

  @Test
  void shouldRecordSuppressionInEveryStageWithoutMovingIt() {
    for (RequestStage stage :
        List.of(
            RequestStage.FORGET_SET_CLOSED,
            RequestStage.CANDIDATE_TRAINED,
            RequestStage.CANDIDATE_REFUSED,
            RequestStage.RELEASED)) {
      begin();
      current = DeletionProgressed.newBuilder(current).setStage(stage).build();
      heartbeat("a", 0, OFFSET + 1, 1);
      assertThat(advance(1)).containsExactly(RequestEvent.SUPPRESSION_ACKNOWLEDGED);
      assertThat(current.getStage()).isEqualTo(stage);
    }
  }

  @Test
  void shouldMoveTheDeadlineOnceInEveryStageButTheWithdrawn() {
    for (RequestStage stage :
        List.of(
            RequestStage.RECEIVED,
            RequestStage.SUPPRESSED,
            RequestStage.FORGET_SET_CLOSED,
            RequestStage.CANDIDATE_TRAINED,
            RequestStage.CANDIDATE_REFUSED,
            RequestStage.RELEASED,
            RequestStage.COMPLETED)) {
      begin();
      current = DeletionProgressed.newBuilder(current).setStage(stage).build();
      knowledge.extended(extended(REQUEST, SUBJECT));
      assertThat(advance(1)).containsExactly(RequestEvent.DEADLINE_EXTENDED);
      assertThat(current.getStage()).isEqualTo(stage);
      assertThat(current.getDueAt()).isEqualTo(Events.START.plus(Duration.ofDays(90)));
      assertThat(current.getExtension().getFirstDueAt())
          .isEqualTo(Events.START.plus(Duration.ofDays(30)));
      assertThat(advance(2)).isEmpty();
      knowledge.dropExtension(REQUEST);
    }
    begin();
    current = DeletionProgressed.newBuilder(current).setStage(RequestStage.WITHDRAWN).build();
    knowledge.extended(extended(REQUEST, SUBJECT));
    assertThat(advance(1)).isEmpty();
  }

  @Test
  void shouldWaitForSuppressionWhenUnlearnedFirst() {
    begin();
    knowledge.closed(closed(REQUEST, SUBJECT));
    release(released(1, REQUEST));
    heartbeat("a", 1, OFFSET, 5);
    assertThat(advance(5))
        .containsExactly(
            RequestEvent.FORGET_SET_CLOSED,
            RequestEvent.VERSION_RELEASED,
            RequestEvent.UNLEARNING_ACKNOWLEDGED);
    assertThat(current.getStage()).isEqualTo(RequestStage.RELEASED);
    heartbeat("a", 1, OFFSET + 1, 6);
    assertThat(advance(6))
        .containsExactly(RequestEvent.SUPPRESSION_ACKNOWLEDGED, RequestEvent.CLOCKS_MET);
    assertThat(current.getUnlearnedAt()).isEqualTo(after(5));
  }

  @Test
  void shouldWithdrawBeforeTheSetCloses() {
    begin();
    knowledge.closed(closedWithdrawing(List.of("another"), List.of(REQUEST)));
    assertThat(advance(2)).containsExactly(RequestEvent.REQUEST_WITHDRAWN);
    assertThat(current.getReason()).isEqualTo("Withdrawn before its forget set closed.");

    knowledge.forget(REQUEST);
    begin();
    heartbeat("a", 0, OFFSET + 1, 1);
    knowledge.closed(closedWithdrawing(List.of("another"), List.of(REQUEST)));
    assertThat(advance(2))
        .containsExactly(RequestEvent.SUPPRESSION_ACKNOWLEDGED, RequestEvent.REQUEST_WITHDRAWN);
  }

  @Test
  void shouldIgnoreAWithdrawalThatComesTooLateAndSayWhy() {
    begin();
    knowledge.closed(closed(REQUEST, SUBJECT));
    advance(2);
    knowledge.closed(closedWithdrawing(List.of("another"), List.of(REQUEST)));
    assertThat(advance(3)).isEmpty();
    assertThat(advance(4)).isEmpty();
    assertThat(current.getStage()).isEqualTo(RequestStage.FORGET_SET_CLOSED);
    assertThat(ignored)
        .containsExactly(
            REQUEST + ": A request in stage FORGET_SET_CLOSED has no step for REQUEST_WITHDRAWN.");
  }

  @Test
  void shouldTellTheGateThatRefusedAndForgetItWhenTheNextCandidatePasses() {
    begin();
    knowledge.closed(closed(REQUEST, SUBJECT));
    knowledge.trained(TrainedCandidate.of(trained(false)));
    assertThat(advance(3))
        .containsExactly(RequestEvent.FORGET_SET_CLOSED, RequestEvent.CANDIDATE_REFUSED);
    assertThat(current.getReason())
        .isEqualTo("The candidate failed the gate utility-floor measured 0.2.");
    assertThat(current.getAdapterId()).isNull();
    knowledge.trained(TrainedCandidate.of(trained(true)));
    assertThat(advance(4)).containsExactly(RequestEvent.CANDIDATE_ACCEPTED);
    assertThat(current.getReason()).isNull();
    knowledge.trained(TrainedCandidate.of(trained(false)));
    assertThat(advance(5)).containsExactly(RequestEvent.CANDIDATE_REFUSED);
    release(released(1, REQUEST));
    assertThat(advance(6)).containsExactly(RequestEvent.VERSION_RELEASED);
  }

  @Test
  void shouldAwaitTheForgetSetThatLedToAReleaseUntilPatienceEnds() {
    for (boolean suppressed : List.of(false, true)) {
      begin();
      if (suppressed) {
        heartbeat("a", 1, OFFSET + 1, 1);
        advance(1);
      }
      release(released(1, REQUEST));
      assertThat(advance(4 + 59)).isEmpty();
      assertThat(advance(4 + 60)).startsWith(RequestEvent.VERSION_RELEASED);
      assertThat(current.getForgetSetId()).isNull();
    }
  }

  @Test
  void shouldGoByTheFullWatermarkOfALaterVersion() {
    begin();
    knowledge.closed(closed(REQUEST, SUBJECT));
    release(released(9, "another", REQUEST));
    heartbeat("a", 9, OFFSET + 1, 6);
    advance(6);
    assertThat(current.getStage()).isEqualTo(RequestStage.COMPLETED);
    assertThat(current.getVersion()).isEqualTo(9);
  }

  @Test
  void shouldNotCountAVersionThatLacksTheRequestOrWasWithdrawn() {
    begin();
    knowledge.closed(closed(REQUEST, SUBJECT));
    release(released(1, "another"));
    heartbeat("a", 1, OFFSET + 1, 5);
    advance(5);
    assertThat(current.getStage()).isEqualTo(RequestStage.FORGET_SET_CLOSED);
    release(released(2, REQUEST));
    release(
        AdapterVersion.newBuilder(released(2, REQUEST)).setStatus(VersionStatus.WITHDRAWN).build());
    heartbeat("a", 2, OFFSET + 1, 6);
    assertThat(advance(6)).isEmpty();
  }

  @Test
  void shouldNeverDateSuppressionBeforeAcceptance() {
    begin();
    heartbeat("a", 0, OFFSET + 1, -3);
    advance(0);
    assertThat(current.getSuppressedAt()).isEqualTo(Events.START);
  }

  /** By version 1 on servers a and b, at second 6. */
  private void completeApproximately() {
    begin();
    knowledge.closed(closed(REQUEST, SUBJECT));
    release(released(1, REQUEST));
    servedByAll(1, 6);
    advance(6);
    assertThat(current.getStage()).isEqualTo(RequestStage.COMPLETED);
    assertThat(current.getExactAt()).isNull();
  }

  private void servedByAll(long version, long seconds) {
    heartbeat("a", version, OFFSET + 1, seconds);
    heartbeat("b", version, OFFSET + 1, seconds);
  }

  private List<RequestEvent> begin() {
    knowledge.accepted(new AcceptedRequest(0, OFFSET, requested(REQUEST, SUBJECT)));
    servers.all().forEach(server -> servers.goodbye("a", Events.START));
    return taken(progress.begin(requested(REQUEST, SUBJECT), Events.START)).subList(0, 1);
  }

  private List<RequestEvent> advance(long seconds) {
    return taken(progress.advance(current, after(seconds)));
  }

  private List<RequestEvent> taken(List<Step> steps) {
    if (!steps.isEmpty()) {
      current = steps.get(steps.size() - 1).after();
    }
    return steps.stream().map(Step::event).toList();
  }

  private void heartbeat(String replicaId, long version, long nextOffset, long seconds) {
    servers.heartbeat(serving(replicaId, version, nextOffset, seconds), after(seconds));
  }

  private void release(AdapterVersion version) {
    knowledge.versions().put(ReleasedVersion.of(version));
  }
}
