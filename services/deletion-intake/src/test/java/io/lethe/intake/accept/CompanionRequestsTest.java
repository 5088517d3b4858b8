package io.lethe.intake.accept;

import static io.lethe.intake.Requests.NOW;
import static io.lethe.intake.Requests.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.intake.TestPublishing;
import io.lethe.intake.domain.DatingRules;
import io.lethe.intake.domain.DeadlinePolicy;
import io.lethe.intake.domain.ErasureScope;
import io.lethe.intake.domain.RefusedException;
import io.lethe.intake.domain.Submission;
import io.lethe.intake.status.RequestStatusTable;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A request while the pseudonym key is being changed. */
class CompanionRequestsTest {
  private static final SubjectPseudonymizer FIRST = new SubjectPseudonymizer(key(1));
  private static final SubjectPseudonymizer ROTATED =
      new SubjectPseudonymizer(List.of(key(2), key(1)));

  private final TestPublishing publishing = new TestPublishing(true);
  private final RequestStatusTable table = new RequestStatusTable(10);
  private final RequestAcceptance acceptance =
      new RequestAcceptance(
          table,
          new DatingRules(DeadlinePolicy.lawful(), Duration.ofSeconds(60)),
          publishing.publisher(),
          8,
          Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void shouldMakeOneRequestWhileOneKeyIsInUse() {
    requests(FIRST).accept(submissions(FIRST, ErasureScope.all()), NOW).join();
    assertThat(published()).extracting(DeletionRequested::getRequestId).containsExactly(id(1));
  }

  @Test
  void shouldAskUnderThePseudonymOfEveryKeyInUse() {
    Acceptance accepted =
        requests(ROTATED).accept(submissions(ROTATED, ErasureScope.all()), NOW).join();
    assertThat(accepted.status().requestId()).isEqualTo(id(1));
    assertThat(published())
        .extracting(DeletionRequested::getSubjectRef)
        .containsExactlyElementsOf(ROTATED.subjectRefs("anna"));
    assertThat(published())
        .extracting(DeletionRequested::getRequestId)
        .containsExactly(id(1), CompanionRequests.idOf(id(1), FIRST.keyIds().get(0)));
    assertThat(published().get(1).getDueAt()).isEqualTo(published().get(0).getDueAt());
  }

  @Test
  void shouldAnswerOnlyOnceTheCompanionIsDurableToo() {
    TestPublishing slow = new TestPublishing(false);
    CompanionRequests requests =
        new CompanionRequests(
            new RequestAcceptance(
                table,
                new DatingRules(DeadlinePolicy.lawful(), Duration.ofSeconds(60)),
                slow.publisher(),
                8,
                Clock.fixed(NOW, ZoneOffset.UTC)),
            table,
            ROTATED.keyIds());
    CompletableFuture<Acceptance> pending =
        requests.accept(submissions(ROTATED, ErasureScope.all()), NOW);
    slow.acknowledgeNext();
    assertThat(pending).isNotDone();
    slow.acknowledgeNext();
    assertThat(pending).isCompleted();
  }

  @Test
  void shouldKnowARequestFromBeforeTheKeyWasChanged() {
    requests(FIRST).accept(submissions(FIRST, ErasureScope.all()), NOW).join();
    Acceptance again =
        requests(ROTATED).accept(submissions(ROTATED, ErasureScope.all()), NOW).join();
    assertThat(again.repeated()).isTrue();
    // The person's data may have moved meanwhile: the new key's pseudonym gets its companion.
    assertThat(published())
        .extracting(DeletionRequested::getSubjectRef)
        .containsExactly(FIRST.subjectRef("anna"), ROTATED.subjectRef("anna"));
    requests(ROTATED).accept(submissions(ROTATED, ErasureScope.all()), NOW).join();
    assertThat(published()).hasSize(2);
  }

  @Test
  void shouldStillRefuseAnotherRequestUnderTheSameId() {
    requests(FIRST).accept(submissions(FIRST, ErasureScope.all()), NOW).join();
    List<Submission> other =
        ROTATED.subjectRefs("ben").stream()
            .map(ref -> submission(ref, ErasureScope.all()))
            .toList();
    CompanionRequests requests = requests(ROTATED);
    assertThatThrownBy(() -> requests.accept(other, NOW)).isInstanceOf(RefusedException.class);
    assertThat(published()).hasSize(1);
  }

  @Test
  void shouldWithdrawTheCompanionWithItsRequest() {
    CompanionRequests requests = requests(ROTATED);
    requests.accept(submissions(ROTATED, ErasureScope.all()), NOW).join();
    requests.withdraw(id(1), null).join();
    assertThat(published())
        .extracting(DeletionRequested::getAction)
        .containsExactly(
            DeletionAction.ERASE,
            DeletionAction.ERASE,
            DeletionAction.WITHDRAW,
            DeletionAction.WITHDRAW);
    assertThat(published().get(3).getRequestId()).isEqualTo(published().get(1).getRequestId());
  }

  private CompanionRequests requests(SubjectPseudonymizer keys) {
    return new CompanionRequests(acceptance, table, keys.keyIds());
  }

  private static List<Submission> submissions(SubjectPseudonymizer keys, ErasureScope scope) {
    return keys.subjectRefs("anna").stream().map(ref -> submission(ref, scope)).toList();
  }

  private static Submission submission(String subjectRef, ErasureScope scope) {
    return new Submission(id(1), subjectRef, scope, Regime.GDPR, null, null, "shop", null);
  }

  private List<DeletionRequested> published() {
    return publishing.sent().stream().map(sent -> (DeletionRequested) sent.value()).toList();
  }

  private static byte[] key(int seed) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) seed);
    return key;
  }
}
