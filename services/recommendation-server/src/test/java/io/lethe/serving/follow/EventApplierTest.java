package io.lethe.serving.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.serving.ManualAlarm;
import io.lethe.serving.ManualClock;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.Interaction;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.domain.SlotState;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.history.StateLimits;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.AdapterSwapper;
import io.lethe.serving.model.FakeScoringEngine;
import io.lethe.serving.model.Refusal;
import io.lethe.serving.model.SwapObserver;
import io.lethe.serving.model.Versions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventApplierTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final ManualClock clock = new ManualClock();
  private final ManualAlarm alarm = new ManualAlarm(clock);
  private final ServingState state = new ServingState(new StateLimits(9, 9, 9, 9));
  private final FakeScoringEngine engine = new FakeScoringEngine();
  private final AdapterSlot slot = new AdapterSlot(engine);
  private final SlotLifecycle lifecycle = new SlotLifecycle();
  private final EventApplier applier =
      new EventApplier(
          "recommender",
          "server-1",
          state,
          new AdapterSwapper(
              engine,
              slot,
              lifecycle,
              alarm,
              new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1)),
              clock,
              new SwapObserver() {
                @Override
                public void switched(AdapterSlot.Serving serving, Duration took) {}

                @Override
                public void refused(Refusal refusal) {}
              }));

  @BeforeEach
  void knowAda() {
    applier.item("a", new CatalogItem("a", "Title a", List.of(), null));
    applier.item("b", new CatalogItem("b", "Title b", List.of(), 1999));
    applier.profile("ada", new SubjectProfile("ada", "woman", null, "teacher"));
    applier.interaction("ada/a", new InteractionRecorded("ada", "a", 4.0, NOON));
    applier.interaction("ada/b", new InteractionRecorded("ada", "b", 2.0, NOON.plusSeconds(1)));
  }

  @Test
  void shouldHoldWhatTheTopicsSay() {
    assertThat(state.title("b")).hasValue("Title b");
    assertThat(state.view("ada").profile()).isEqualTo("woman, teacher");
    assertThat(state.view("ada").history())
        .containsExactly(
            new Interaction("a", 4, NOON), new Interaction("b", 2, NOON.plusSeconds(1)));
  }

  @Test
  void shouldRemoveWhatIsTombstoned() {
    applier.item("b", null);
    applier.profile("ada", null);
    applier.interaction("ada/a", null);
    applier.interaction("ada/b", null);
    assertThat(state.title("b")).isEmpty();
    assertThat(state.view("ada").personal()).isFalse();
  }

  @Test
  void shouldSayNothingOfAProfileWithoutWords() {
    assertThat(EventApplier.words(new SubjectProfile("ada", null, " ", null))).isNull();
    assertThat(EventApplier.words(new SubjectProfile("ada", "man", "25-34", "poet")))
        .isEqualTo("man, 25-34, poet");
  }

  @Test
  void shouldSuppressFromTheMomentAnEraseIsApplied() {
    applier.deletionRequested(request("r1", DeletionAction.ERASE, scope(ScopeKind.ALL)));
    assertThat(state.view("ada").personal()).isFalse();
    assertThat(state.suppressedSubjects()).isEqualTo(1);
  }

  @Test
  void shouldSuppressByItemsAndByTime() {
    applier.deletionRequested(
        request(
            "r1",
            DeletionAction.ERASE,
            new DeletionScope(ScopeKind.ITEMS, List.of("b"), null, null)));
    assertThat(state.view("ada").history()).extracting(Interaction::itemId).containsExactly("a");
    applier.deletionRequested(
        request(
            "r2",
            DeletionAction.ERASE,
            new DeletionScope(ScopeKind.TIME_RANGE, List.of(), NOON, NOON.plusSeconds(1))));
    assertThat(state.view("ada").history()).isEmpty();
    assertThat(state.view("ada").profile()).isEqualTo("woman, teacher");
  }

  @Test
  void shouldTakeAScopeItDoesNotKnowAsEverything() {
    applier.deletionRequested(request("r1", DeletionAction.ERASE, scope(ScopeKind.UNKNOWN)));
    assertThat(state.view("ada").personal()).isFalse();
  }

  @Test
  void shouldLiftOnlyWhenTheLedgerSaysWithdrawn() {
    applier.deletionRequested(request("r1", DeletionAction.ERASE, scope(ScopeKind.ALL)));
    applier.deletionRequested(request("r1", DeletionAction.WITHDRAW, scope(ScopeKind.ALL)));
    assertThat(state.view("ada").personal()).isFalse();
    applier.deletionProgressed(progress("r1", RequestStage.COMPLETED));
    assertThat(state.view("ada").personal()).isFalse();
    applier.deletionProgressed(progress("r1", RequestStage.WITHDRAWN));
    assertThat(state.view("ada").personal()).isTrue();
    applier.deletionProgressed(null);
    assertThat(state.view("ada").personal()).isTrue();
  }

  @Test
  void shouldServeReleasedVersionsOfItsOwnModelOnly() {
    applier.adapterVersion(version("another", 7, VersionStatus.RELEASED));
    applier.adapterVersion(version("recommender", 5, VersionStatus.UNKNOWN));
    applier.adapterVersion(null);
    alarm.runDue();
    assertThat(slot.serving()).isEmpty();
    applier.adapterVersion(version("recommender", 1, VersionStatus.RELEASED));
    alarm.runDue();
    assertThat(slot.serving().orElseThrow().version())
        .as("demands its own watermark of all that follow")
        .isEqualTo(Versions.version(1, "one", Set.of("r1")));
    applier.adapterVersion(version("recommender", 1, VersionStatus.WITHDRAWN));
    assertThat(lifecycle.state()).isEqualTo(SlotState.WITHDRAWN);
  }

  @Test
  void shouldServeAnExactVersionThatAddsNoRequestInPlaceOfTheOneBefore() {
    applier.adapterVersion(version("recommender", 1, VersionStatus.RELEASED));
    alarm.runDue();
    AdapterVersion exact = version("recommender", 2, VersionStatus.RELEASED);
    exact.setAdapterId("two");
    exact.setUri("store:two");
    exact.setParentAdapterId("one");
    exact.setNewRequestIds(List.of());
    exact.setExact(true);
    applier.adapterVersion(exact);
    alarm.runDue();
    ReleasedVersion served = slot.serving().orElseThrow().version();
    assertThat(served.version()).isEqualTo(2);
    assertThat(served.adapterId()).isEqualTo("two");
    assertThat(served.watermark()).isEqualTo(Versions.version(1, "one", Set.of("r1")).watermark());
  }

  @Test
  void shouldRefuseAnInteractionKeyOfAnotherShape() {
    assertThatThrownBy(() -> applier.interaction("no-slash", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("no-slash");
  }

  private static DeletionScope scope(ScopeKind kind) {
    return new DeletionScope(kind, List.of(), null, null);
  }

  private static DeletionRequested request(
      String requestId, DeletionAction action, DeletionScope scope) {
    return DeletionRequested.newBuilder()
        .setRequestId(requestId)
        .setAction(action)
        .setSubjectRef("ada")
        .setScope(scope)
        .setRegime(Regime.GDPR)
        .setReceivedAt(NOON)
        .setAcceptedAt(NOON)
        .setDueAt(NOON)
        .setContentDigest("digest")
        .build();
  }

  private static DeletionProgressed progress(String requestId, RequestStage stage) {
    return DeletionProgressed.newBuilder()
        .setRequestId(requestId)
        .setSubjectRef("ada")
        .setStage(stage)
        .setReceivedAt(NOON)
        .setAcceptedAt(NOON)
        .setDueAt(NOON)
        .setUpdatedAt(NOON)
        .build();
  }

  private static AdapterVersion version(String modelId, long number, VersionStatus status) {
    return AdapterVersion.newBuilder()
        .setModelId(modelId)
        .setVersion(number)
        .setStatus(status)
        .setAdapterId("one")
        .setUri("store:one")
        .setRecommenderDigest(FakeScoringEngine.RECOMMENDER)
        .setWatermark(List.of("r1"))
        .setWatermarkDigest(Versions.digest(Set.of("r1")))
        .setReleasedAt(Instant.EPOCH)
        .build();
  }
}
