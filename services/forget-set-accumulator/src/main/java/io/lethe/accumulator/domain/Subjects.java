package io.lethe.accumulator.domain;

import io.lethe.accumulator.record.ErasureRecord;
import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.sample.SampleAssembler;
import io.lethe.schemas.sample.SampleRule;
import io.lethe.schemas.seal.DataKey;
import io.lethe.schemas.seal.DataKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The persons of one partition: their interactions, what they asked to be erased, and their share
 * of the reservoir.
 */
public final class Subjects {
  private final SampleRule rule;
  private final ExpansionLimits limits;
  private final RequestExpansion expansion;
  private final DataKeys keys;
  private final Timeline timeline;
  private final SubjectState state;
  private final RetainReservoir reservoir;
  private final Consumer<ExpandedRequest> forgetSet;

  /**
   * @param keys give each request the key that its data is sealed under
   * @param forgetSet takes what the model's forget set must learn
   */
  public Subjects(
      String modelId,
      SampleRule rule,
      ExpansionLimits limits,
      Timeline timeline,
      SubjectState state,
      RetainReservoir reservoir,
      DataKeys keys,
      Consumer<ExpandedRequest> forgetSet) {
    this.rule = rule;
    this.limits = limits;
    this.expansion = new RequestExpansion(modelId, rule, limits, keys);
    this.keys = keys;
    this.timeline = timeline;
    this.state = state;
    this.reservoir = reservoir;
    this.forgetSet = forgetSet;
  }

  /** A rating, new or in place of an earlier one of the same item. */
  public void record(InteractionRecorded interaction) {
    Optional<InteractionRecorded> earlier =
        timeline.find(interaction.getSubjectRef(), interaction.getItemId());
    if (earlier.isEmpty() || !earlier.get().equals(interaction)) {
      earlier.ifPresent(this::remove);
      timeline.put(interaction);
    }
    Erasures erasures = erasuresOf(interaction.getSubjectRef());
    List<InteractionRecorded> targets = new ArrayList<>();
    targets.add(interaction);
    targets.addAll(timeline.after(interaction, rule.historyMax()));
    List<ErasureRecord> lateFor = erasures.requestsLateFor(interaction);
    if (!lateFor.isEmpty()) {
      List<Sample> samples = List.copyOf(assemble(targets).values());
      lateFor.forEach(request -> forgetSet.accept(expansion.late(request, interaction, samples)));
    }
    reconcile(targets, erasures);
  }

  /** A rating is gone: erased, or taken back by its source. */
  public void forget(String subjectRef, String itemId) {
    timeline.find(subjectRef, itemId).ifPresent(this::remove);
  }

  /** What prompts may show of the person. */
  public void profile(SubjectProfile profile) {
    String subjectRef = profile.getSubjectRef();
    state.putProfile(subjectRef, profile);
    erasuresOf(subjectRef).erasures().stream()
        .filter(erasure -> erasure.scope().getKind() == ScopeKind.ALL)
        .forEach(erasure -> forgetSet.accept(expansion.lateProfile(erasure.request(), subjectRef)));
    renderAgain(subjectRef);
  }

  /** The person's profile is gone. */
  public void forgetProfile(String subjectRef) {
    state.putProfile(subjectRef, null);
    renderAgain(subjectRef);
  }

  /**
   * A request: the reservoir gives up at once what it covers, and the forget set learns what to
   * forget. A request seen before has no second effect.
   *
   * @return true when the request had an effect
   * @throws TooLargeException when the person has more interactions than a request is expanded
   *     over; the reservoir has given them up all the same
   */
  public boolean erase(DeletionRequested request) {
    String subjectRef = request.getSubjectRef();
    boolean seen =
        state.erasures(subjectRef).stream()
            .anyMatch(
                known ->
                    known.getExpanded() && known.getRequestId().equals(request.getRequestId()));
    if (seen) {
      return false;
    }
    // One more than the limit tells whether there are more.
    List<InteractionRecorded> interactions = timeline.all(subjectRef, limits.interactionsMax() + 1);
    boolean tooLarge = interactions.size() > limits.interactionsMax();
    Optional<DataKey> key = tooLarge ? Optional.empty() : Optional.of(keys.create());
    state.putErasure(
        subjectRef,
        new ErasureRecord(
            request.getRequestId(),
            InternalBytes.of(request.getScope()),
            request.getAcceptedAt(),
            request.getDueAt(),
            !tooLarge,
            key.map(DataKey::id).orElse(null)));
    renderAgain(subjectRef);
    if (tooLarge) {
      throw new TooLargeException(
          "The subject has more than "
              + limits.interactionsMax()
              + " interactions, the most a request is expanded over; raise"
              + " lethe.expansion.interactions-max and redrive the request.");
    }
    expansion
        .expand(request, state.profile(subjectRef).orElse(null), interactions, key.orElseThrow())
        .forEach(forgetSet);
    return true;
  }

  /** A request is taken back. Whether that comes in time is decided where the forget set is. */
  public void withdraw(DeletionRequested request) {
    forgetSet.accept(expansion.withdrawal(request));
  }

  /**
   * The deadline of a request moves: data that arrives late for it gets the new one, and the forget
   * sets learn of it. A request that is not known has no deadline to move.
   */
  public void extend(DeletionRequested request) {
    String subjectRef = request.getSubjectRef();
    for (ErasureRecord known : state.erasures(subjectRef)) {
      if (known.getRequestId().equals(request.getRequestId())) {
        known.setDueAt(request.getDueAt());
        state.putErasure(subjectRef, known);
      }
    }
    forgetSet.accept(expansion.extension(request));
  }

  private void remove(InteractionRecorded interaction) {
    timeline.remove(interaction);
    reservoir.remove(
        interaction.getSubjectRef(), interaction.getItemId(), interaction.getRecordedAt());
    Erasures erasures = erasuresOf(interaction.getSubjectRef());
    if (erasures.coverEverything()) {
      // Nothing of the person is in the reservoir; to look at what follows would cost a scan for
      // every item erased.
      return;
    }
    // Later prompts showed it, and targets after it may have lost the history they need.
    reconcile(timeline.after(interaction, rule.historyMax()), erasures);
  }

  /** Brings the person's samples in the reservoir in line with what is known and allowed by now. */
  private void renderAgain(String subjectRef) {
    List<Sample> samples = reservoir.of(subjectRef);
    if (samples.isEmpty()) {
      return;
    }
    Erasures erasures = erasuresOf(subjectRef);
    for (Sample sample : samples) {
      timeline
          .find(subjectRef, sample.getItemId())
          .ifPresent(interaction -> reconcile(List.of(interaction), erasures));
    }
  }

  /**
   * Offers the targets' samples to the reservoir, or takes them out where they are barred or have
   * too little history.
   */
  private void reconcile(List<InteractionRecorded> targets, Erasures erasures) {
    List<InteractionRecorded> concerned =
        targets.stream()
            .filter(
                target ->
                    reservoir.concerns(
                        target.getSubjectRef(), target.getItemId(), target.getRecordedAt()))
            .toList();
    if (concerned.isEmpty()) {
      return;
    }
    Map<String, Sample> samples = assemble(targets);
    Set<String> barred =
        erasures.isEmpty()
            ? Set.of()
            : erasures.barredAmong(List.copyOf(samples.values()), windowOf(targets));
    for (InteractionRecorded target : concerned) {
      Sample sample = samples.get(target.getItemId());
      if (sample == null || barred.contains(sample.getSampleId())) {
        reservoir.remove(target.getSubjectRef(), target.getItemId(), target.getRecordedAt());
      } else {
        reservoir.offer(sample);
      }
    }
  }

  /** The samples of consecutive targets, by item. */
  private Map<String, Sample> assemble(List<InteractionRecorded> targets) {
    if (targets.isEmpty()) {
      return Map.of();
    }
    Set<String> itemIds =
        targets.stream().map(InteractionRecorded::getItemId).collect(Collectors.toSet());
    SubjectProfile profile = state.profile(targets.get(0).getSubjectRef()).orElse(null);
    return SampleAssembler.assemble(profile, windowOf(targets), rule).stream()
        .filter(sample -> itemIds.contains(sample.getItemId()))
        .collect(
            Collectors.toMap(
                Sample::getItemId, Function.identity(), (one, other) -> one, LinkedHashMap::new));
  }

  /** Consecutive targets with all the history that the first of them shows. */
  private List<InteractionRecorded> windowOf(List<InteractionRecorded> targets) {
    List<InteractionRecorded> window =
        new ArrayList<>(timeline.before(targets.get(0), rule.historyMax()));
    window.addAll(targets);
    return window;
  }

  private Erasures erasuresOf(String subjectRef) {
    return Erasures.of(state.erasures(subjectRef));
  }
}
