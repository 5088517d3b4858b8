package io.lethe.cli.suppression;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.Interaction;
import io.lethe.cli.data.Item;
import io.lethe.cli.data.Profile;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuppressionSetTest {
  private static final Instant ASKED = Instant.parse("2026-01-10T00:00:00Z");
  private static final SubjectPseudonymizer KEY = new SubjectPseudonymizer(key(1));
  private static final Dataset DATA =
      new Dataset(
          "test",
          List.of(new Item("i1", "One", List.of(), null), new Item("i2", "Two", List.of(), null)),
          List.of(new Profile("anna", null, "25-34", null), new Profile("ben", null, null, null)),
          List.of(
              rated("anna", "i1", ASKED.minus(Duration.ofDays(2))),
              rated("ben", "i1", ASKED.minus(Duration.ofDays(2))),
              rated("anna", "i2", ASKED.minus(Duration.ofDays(1))),
              rated("anna", "i3", ASKED.plus(Duration.ofDays(1)))),
          3);

  private final SuppressionSet set = new SuppressionSet();

  @Test
  void shouldLeaveOutAllThatAPersonHadWhenTheyAsked() {
    set.apply(erase("r1", "anna", ScopeKind.ALL));
    SuppressionSet.Remainder rest = set.filter(DATA, KEY);
    assertThat(rest.dataset().interactions())
        .extracting(Interaction::accountId, Interaction::itemId)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("ben", "i1"),
            org.assertj.core.groups.Tuple.tuple("anna", "i3"));
    assertThat(rest.dataset().profiles()).extracting(Profile::accountId).containsExactly("ben");
    assertThat(rest.interactions()).isEqualTo(2);
    assertThat(rest.profiles()).isEqualTo(1);
    assertThat(rest.isWhole()).isFalse();
  }

  @Test
  void shouldLeaveOutTheItemsAskedForAlone() {
    set.apply(erase("r1", "anna", ScopeKind.ITEMS, "i2"));
    SuppressionSet.Remainder rest = set.filter(DATA, KEY);
    assertThat(rest.dataset().interactions())
        .extracting(Interaction::itemId)
        .containsExactly("i1", "i1", "i3");
    assertThat(rest.dataset().profiles()).hasSize(2);
  }

  @Test
  void shouldKeepTheRowsOfAWithdrawnRequest() {
    set.apply(erase("r1", "anna", ScopeKind.ALL));
    set.apply(progress("r1", RequestStage.WITHDRAWN));
    assertThat(set.filter(DATA, KEY).isWhole()).isTrue();
  }

  @Test
  void shouldLetAWithdrawalThatOnlyAsksChangeNothing() {
    set.apply(erase("r1", "anna", ScopeKind.ALL));
    DeletionRequested withdrawal = erase("r1", "anna", ScopeKind.ALL);
    withdrawal.setAction(DeletionAction.WITHDRAW);
    set.apply(withdrawal);
    set.apply(progress("r1", RequestStage.COMPLETED));
    assertThat(set.filter(DATA, KEY).interactions()).isEqualTo(2);
  }

  @Test
  void shouldKnowAPersonWhoAskedBeforeTheKeyWasChanged() {
    set.apply(erase("r1", "anna", ScopeKind.ALL));
    SubjectPseudonymizer rotated = new SubjectPseudonymizer(List.of(key(2), key(1)));
    assertThat(set.filter(DATA, rotated).interactions()).isEqualTo(2);
    SubjectPseudonymizer other = new SubjectPseudonymizer(key(2));
    assertThat(set.filter(DATA, other).isWhole()).isTrue();
  }

  private static DeletionRequested erase(
      String requestId, String account, ScopeKind kind, String... items) {
    return DeletionRequested.newBuilder()
        .setRequestId(requestId)
        .setAction(DeletionAction.ERASE)
        .setSubjectRef(KEY.subjectRef(account))
        .setScope(new DeletionScope(kind, List.of(items), null, null))
        .setReceivedAt(ASKED)
        .setAcceptedAt(ASKED)
        .setDueAt(ASKED)
        .setContentDigest("digest")
        .build();
  }

  private static DeletionProgressed progress(String requestId, RequestStage stage) {
    return DeletionProgressed.newBuilder()
        .setRequestId(requestId)
        .setSubjectRef("any")
        .setStage(stage)
        .setReceivedAt(ASKED)
        .setAcceptedAt(ASKED)
        .setDueAt(ASKED)
        .setUpdatedAt(ASKED)
        .build();
  }

  private static Interaction rated(String account, String item, Instant at) {
    return new Interaction(account, item, 4, at);
  }

  private static byte[] key(int seed) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) seed);
    return key;
  }
}
