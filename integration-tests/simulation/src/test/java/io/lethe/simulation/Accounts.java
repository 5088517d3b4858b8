package io.lethe.simulation;

import io.lethe.intake.accept.Acceptance;
import io.lethe.intake.domain.ErasureScope;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.sample.SampleAssembler;
import io.lethe.simulation.process.IntakeProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The account systems and the people behind them: they rate, ask, ask again, and take back. */
final class Accounts {
  private static final int SUBJECTS = 5;
  private static final int ITEMS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A call of HTTP that has not been answered. */
  private record Call(IntakeProcess intake, Instant madeAt, CompletableFuture<Acceptance> answer) {}

  private final World world;
  private final List<IntakeProcess> intakes;
  private final List<PlannedRequest> plan = new ArrayList<>();
  private final Map<String, Call> requests = new HashMap<>();
  private final Map<String, Call> withdrawals = new HashMap<>();
  private final Map<String, Call> extensions = new HashMap<>();
  private final List<InteractionRecorded> told = new ArrayList<>();
  private int poison;

  Accounts(World world, List<IntakeProcess> intakes) {
    this.world = world;
    this.intakes = intakes;
  }

  List<PlannedRequest> plan() {
    return plan;
  }

  static List<String> subjects() {
    List<String> subjects = new ArrayList<>();
    for (int subject = 0; subject < SUBJECTS; subject++) {
      subjects.add("subject-" + subject);
    }
    return subjects;
  }

  /** What was there before the first request: the recommender is tuned on it. */
  void begin() {
    for (int item = 0; item < ITEMS; item++) {
      String itemId = "item-" + item;
      world
          .broker()
          .append(
              Topics.CATALOG_ITEM.name(),
              itemId,
              CatalogItem.newBuilder().setItemId(itemId).setTitle(itemId).build());
    }
    for (String subjectRef : subjects()) {
      List<InteractionRecorded> ratings = new ArrayList<>();
      for (int item = 0; item < ITEMS; item++) {
        if (world.chance(0.6)) {
          ratings.add(interaction(subjectRef, "item-" + item, longAgo()));
        }
      }
      ratings.forEach(this::tell);
      if (world.chance(0.5)) {
        profile(subjectRef);
      }
      SampleAssembler.assemble(null, ratings, World.RULE).stream()
          .filter(World.RULE::isTrainedOn)
          .forEach(sample -> world.artefacts().tunedOn(sample.getSampleId()));
    }
    int requested = 3 + world.random().nextInt(4);
    for (int request = 0; request < requested; request++) {
      plan.add(
          new PlannedRequest(
              new UUID(world.random().nextLong(), world.random().nextLong()).toString(),
              world.pick(subjects()),
              scope(),
              world.chance(0.3),
              world.chance(0.2)));
    }
    plan.forEach(world.oracle()::planned);
  }

  void turn() {
    plan.forEach(this::attend);
    if (world.isCalm()) {
      return;
    }
    if (world.chance(0.06)) {
      tell(interaction(world.pick(subjects()), anyItem(), world.now()));
    }
    if (world.strikes(Fault.LATE_INTERACTION, 0.02)) {
      tell(interaction(world.pick(plan).subjectRef(), anyItem(), longAgo()));
    }
    if (world.strikes(Fault.LATE_PROFILE, 0.01)) {
      profile(world.pick(plan).subjectRef());
    }
    if (world.strikes(Fault.PRODUCER_DUPLICATE, 0.02)) {
      // A change-data capture that crashed begins again where it once was.
      tell(world.pick(told));
    }
    if (world.strikes(Fault.POISON_RECORD, 0.01)) {
      poison();
    }
  }

  private void attend(PlannedRequest request) {
    boolean accepted = world.oracle().isAccepted(request.requestId());
    if (!accepted) {
      if (world.isCalm() || world.chance(0.05)) {
        submit(request);
      }
    } else if (request.withdrawn() && (world.isCalm() || world.chance(0.03))) {
      withdraw(request);
    } else if (!world.isCalm() && world.chance(0.01)) {
      extend(request);
    } else if (world.strikes(Fault.REPEATED_REQUEST, 0.01)) {
      submit(request);
    }
    if (isAnswered(requests.get(request.requestId()))) {
      world.oracle().accepted(request.requestId());
    }
  }

  private static boolean isAnswered(Call call) {
    return call != null && call.answer.isDone() && !call.answer.isCompletedExceptionally();
  }

  private void submit(PlannedRequest request) {
    if (request.throughKafka()) {
      world
          .broker()
          .append(Topics.DELETION_SUBMITTED.name(), request.subjectRef(), request.record(false));
      // The broker has it, so it is intake's from now on.
      world.oracle().accepted(request.requestId());
    } else {
      call(requests, request, intake -> intake.accept(request.submission()));
    }
  }

  private void withdraw(PlannedRequest request) {
    if (isAnswered(withdrawals.get(request.requestId()))) {
      return;
    }
    call(withdrawals, request, intake -> intake.withdraw(request.requestId()));
  }

  private void extend(PlannedRequest request) {
    if (!isAnswered(extensions.get(request.requestId()))) {
      call(extensions, request, intake -> intake.extend(request.requestId()));
    }
  }

  private interface Door {
    CompletableFuture<Acceptance> call(IntakeProcess intake);
  }

  private void call(Map<String, Call> calls, PlannedRequest request, Door door) {
    Call before = calls.get(request.requestId());
    if (before != null
        && before.intake.isUp()
        && !before.answer.isDone()
        && world.now().isBefore(before.madeAt.plus(PATIENCE))) {
      return;
    }
    List<IntakeProcess> ready = intakes.stream().filter(IntakeProcess::isReady).toList();
    if (ready.isEmpty()) {
      return;
    }
    IntakeProcess intake = world.pick(ready);
    try {
      calls.put(request.requestId(), new Call(intake, world.now(), door.call(intake)));
    } catch (RefusedException refused) {
      boolean expected =
          calls == extensions
              || refused.reason() == RefusalReason.UNAVAILABLE
              || refused.reason() == RefusalReason.UNKNOWN_REQUEST
              || refused.reason() == RefusalReason.TOO_LATE;
      if (!expected) {
        throw new Violation("accepted never lost", "a sound request is refused: " + refused);
      }
      world.coverage().count("intake refusals " + refused.reason());
    }
  }

  private void tell(InteractionRecorded interaction) {
    told.add(interaction);
    world
        .broker()
        .append(
            Topics.INTERACTION_RECORDED.name(),
            InteractionKey.of(interaction.getSubjectRef(), interaction.getItemId()),
            interaction);
  }

  private void profile(String subjectRef) {
    world
        .broker()
        .append(
            Topics.PROFILE_SUBJECT.name(),
            subjectRef,
            SubjectProfile.newBuilder().setSubjectRef(subjectRef).setAgeBand("25-34").build());
  }

  private void poison() {
    poison++;
    switch (world.random().nextInt(4)) {
      case 0 -> world.broker().append(Topics.DELETION_REQUESTED.name(), null, unknownScope());
      case 1 ->
          world.broker().append(Topics.DELETION_REQUESTED.name(), "someone-else", unknownScope());
      case 2 ->
          world
              .broker()
              .append(
                  Topics.INTERACTION_RECORDED.name(),
                  "someone/other",
                  interaction("subject-0", "item-0", World.START));
      default ->
          world.broker().append(Topics.FORGET_SET_CLOSED.name(), "another-model", unknownScope());
    }
  }

  private DeletionRequested unknownScope() {
    return DeletionRequested.newBuilder()
        .setRequestId("poison-" + poison)
        .setAction(DeletionAction.ERASE)
        .setSubjectRef("someone-else")
        .setScope(
            DeletionScope.newBuilder().setKind(ScopeKind.UNKNOWN).setItemIds(List.of()).build())
        .setRegime(Regime.GDPR)
        .setReceivedAt(World.START)
        .setAcceptedAt(World.START)
        .setDueAt(World.START.plus(Duration.ofDays(30)))
        .setSource("poison")
        .setContentDigest("")
        .build();
  }

  private ErasureScope scope() {
    Supplier<ErasureScope> all = ErasureScope::all;
    double drawn = world.random().nextDouble();
    if (drawn < 0.5) {
      return all.get();
    }
    if (drawn < 0.8) {
      return ErasureScope.of(ScopeKind.ITEMS, List.of(anyItem(), anyItem()), null, null, 10);
    }
    Instant from = World.START.minus(Duration.ofDays(8));
    return ErasureScope.of(
        ScopeKind.TIME_RANGE, List.of(), from, from.plus(Duration.ofDays(4)), 10);
  }

  private InteractionRecorded interaction(String subjectRef, String itemId, Instant recordedAt) {
    return InteractionRecorded.newBuilder()
        .setSubjectRef(subjectRef)
        .setItemId(itemId)
        .setRating(1 + world.random().nextInt(5))
        .setRecordedAt(recordedAt)
        .build();
  }

  private String anyItem() {
    return "item-" + world.random().nextInt(ITEMS);
  }

  private Instant longAgo() {
    // One in ten lies in the last hour, which is held out.
    return world.chance(0.1)
        ? World.START.minus(Duration.ofSeconds(1 + world.random().nextInt(3500)))
        : World.START.minus(Duration.ofSeconds(3700L + world.random().nextInt(800_000)));
  }
}
