package io.lethe.simulation;

import io.lethe.intake.domain.ErasureScope;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.RetainSampled;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.sample.SampleAssembler;
import io.lethe.simulation.broker.ConsumerGroup;
import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.Reader;
import io.lethe.simulation.process.ServerProcess;
import io.lethe.worker.assemble.RetainReservoir;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Watches that what was erased stays away: from the reservoir, from prompts, from the topics. */
final class ErasureOracle {
  private static final String NEVER_RETURNS = "an erased subject never returns";

  private final World world;
  private final Reader reader;
  private final Map<String, RetainSampled> slots = new HashMap<>();
  private final Map<String, InteractionRecorded> interactions = new LinkedHashMap<>();
  private final Map<String, SubjectProfile> profiles = new HashMap<>();
  private final Map<Integer, Long> expandedBelow = new HashMap<>();
  private final Map<String, DeletionRequested> expanded = new LinkedHashMap<>();
  private boolean unverified;

  ErasureOracle(World world) {
    this.world = world;
    this.reader =
        world
            .broker()
            .reader(
                Topics.RETAIN_SAMPLED.name(),
                Topics.INTERACTION_RECORDED.name(),
                Topics.PROFILE_SUBJECT.name());
  }

  void look() {
    boolean changed = false;
    for (Entry entry = reader.poll(); entry != null; entry = reader.poll()) {
      if (entry.topic().equals(Topics.RETAIN_SAMPLED.name())) {
        changed = true;
        keep(slots, entry.key(), (RetainSampled) entry.value());
      } else if (entry.topic().equals(Topics.INTERACTION_RECORDED.name())) {
        keep(interactions, entry.key(), (InteractionRecorded) entry.value());
      } else if (entry.topic().equals(Topics.PROFILE_SUBJECT.name())) {
        keep(profiles, entry.key(), (SubjectProfile) entry.value());
      }
    }
    unverified |= lookAtRequests() || changed;
    // Behind an open transaction of another task there may be tombstones that nobody sees yet.
    if (unverified && world.broker().isStable(Topics.RETAIN_SAMPLED.name())) {
      unverified = false;
      expanded.values().forEach(this::verifyReservoir);
    }
  }

  private static <V> void keep(Map<String, V> table, String key, V value) {
    if (value == null) {
      table.remove(key);
    } else {
      table.put(key, value);
    }
  }

  /** Requests that the accumulator has taken, by its committed positions. */
  private boolean lookAtRequests() {
    ConsumerGroup group = world.broker().group("accumulator", List.of());
    boolean more = false;
    String topic = Topics.DELETION_REQUESTED.name();
    for (int partition = 0; partition < World.SUBJECT_PARTITIONS; partition++) {
      OptionalLong position = world.broker().position(group, topic + '/' + partition, 0);
      long from = expandedBelow.getOrDefault(partition, 0L);
      if (position.isEmpty() || position.getAsLong() == from) {
        continue;
      }
      expandedBelow.put(partition, position.getAsLong());
      Entry entry = world.broker().next(topic, partition, from);
      while (entry != null && entry.offset() < position.getAsLong()) {
        if (entry.value() instanceof DeletionRequested request
            && request.getAction() == DeletionAction.ERASE
            && request.getScope().getKind() != ScopeKind.UNKNOWN) {
          expanded.put(request.getRequestId(), request);
          more = true;
        }
        entry = world.broker().next(topic, partition, entry.offset() + 1);
      }
    }
    return more;
  }

  private void verifyReservoir(DeletionRequested request) {
    for (RetainSampled sampled : slots.values()) {
      if (isBarred(request, sampled.getSample())) {
        throw new Violation(
            NEVER_RETURNS,
            "slot "
                + sampled.getSlot()
                + " holds what "
                + World.brief(request.getRequestId())
                + " erased: "
                + request.getScope()
                + ", "
                + sampled.getSample());
      }
    }
  }

  private static boolean isBarred(DeletionRequested request, Sample sample) {
    if (!sample.getSubjectRef().equals(request.getSubjectRef())) {
      return false;
    }
    DeletionScope scope = request.getScope();
    return switch (scope.getKind()) {
      case ALL -> true;
      case ITEMS ->
          scope.getItemIds().contains(sample.getItemId())
              || sample.getHistory().stream()
                  .anyMatch(shown -> scope.getItemIds().contains(shown.getItemId()));
      default ->
          !sample.getRecordedAt().isBefore(scope.getFrom())
              && sample.getRecordedAt().isBefore(scope.getUntil());
    };
  }

  /** What a worker is about to keep while it forgets the set. */
  void retains(ForgetSetClosed set, RetainReservoir.Contents kept) {
    Set<String> erased = new HashSet<>();
    for (String requestId : set.getRequestIds()) {
      DeletionRequested request = expanded.get(requestId);
      if (request != null && request.getScope().getKind() == ScopeKind.ALL) {
        erased.add(request.getSubjectRef());
      }
    }
    boolean stale =
        kept.train().stream().anyMatch(sample -> erased.contains(sample.getSubjectRef()));
    world.coverage().count(stale ? "runs that keep an erased subject's row" : "runs");
  }

  /** Asks a server about a person of whom the ledger says that the request is suppressed. */
  void verifyPrompt(ServerProcess server, PlannedRequest request) {
    ServerProcess.Answer answer = server.ask(request.subjectRef()).orElse(null);
    if (answer == null) {
      return;
    }
    ErasureScope scope = request.scope();
    boolean leaks =
        switch (scope.kind()) {
          case ALL -> answer.showsProfile() || !answer.shownItems().isEmpty();
          case ITEMS -> answer.shownItems().stream().anyMatch(scope.itemIds()::contains);
          default -> false;
        };
    if (leaks) {
      throw new Violation(
          NEVER_RETURNS,
          server.name()
              + " shows in a prompt what "
              + World.brief(request.requestId())
              + " erased");
    }
  }

  /** Once everything rests, nothing that was there before a request is left on the topics. */
  void atRest(List<PlannedRequest> requests, Map<String, Instant> acceptedAt) {
    for (PlannedRequest request : requests) {
      DeletionScope scope = request.record(false).getScope();
      interactions.forEach(
          (key, interaction) -> {
            if (InteractionKey.subjectRef(key).equals(request.subjectRef())
                && SampleAssembler.covers(scope, interaction)
                && interaction.getRecordedAt().isBefore(acceptedAt.get(request.requestId()))) {
              throw new Violation(
                  NEVER_RETURNS,
                  key + " is still on its topic after " + World.brief(request.requestId()));
            }
          });
      if (scope.getKind() == ScopeKind.ALL && profiles.containsKey(request.subjectRef())) {
        throw new Violation(
            NEVER_RETURNS,
            "the profile is still on its topic after " + World.brief(request.requestId()));
      }
    }
  }
}
