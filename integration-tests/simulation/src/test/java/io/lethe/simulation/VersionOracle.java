package io.lethe.simulation;

import io.lethe.ledger.domain.ReleasedVersion;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.domain.VersionTable;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterServing;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.OverriddenRule;
import io.lethe.schemas.event.RuleOverride;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.Reader;
import io.lethe.simulation.process.ServerProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Sees every record of adapter.version and adapter.serving, tells with the ledger's own tables
 * which requests are complete, and compares.
 */
final class VersionOracle {
  /** As the ledger of the simulation has it: longer than a server that is cut off answers. */
  private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(15);

  private static final int SERVERS = 3;
  private static final int SUBJECTS_ASKED = 4;

  private final World world;
  private final Reader reader;
  private final VersionTable table = new VersionTable(64);
  private final ServerTable servers = new ServerTable(SERVER_TIMEOUT, 1, SERVERS + 1);
  private final TreeMap<Long, AdapterVersion> versions = new TreeMap<>();

  /** What versions for all have forgotten, all of them together. */
  private final Set<String> minimum = new HashSet<>();

  private final Set<String> completed = new HashSet<>();

  /** What each server's current version has forgotten since its start. */
  private final Map<String, Set<String>> servedSince = new HashMap<>();

  private long canaryAnswers;

  VersionOracle(World world) {
    this.world = world;
    this.reader =
        world.broker().reader(Topics.ADAPTER_VERSION.name(), Topics.ADAPTER_SERVING.name());
  }

  /** Every version, as it was told last. */
  List<AdapterVersion> versions() {
    return new ArrayList<>(versions.values());
  }

  /** The newest version that is not withdrawn; version 0 where all are. */
  AdapterVersion newest() {
    return versions.descendingMap().values().stream()
        .filter(version -> version.getStatus() == VersionStatus.RELEASED)
        .findFirst()
        .orElseGet(() -> versions.firstEntry().getValue());
  }

  long highest() {
    return versions.isEmpty() ? 0 : versions.lastKey();
  }

  boolean isCanaryRunning() {
    return !versions.isEmpty()
        && versions.lastEntry().getValue().getStatus() == VersionStatus.CANARY;
  }

  int completedCount() {
    return completed.size();
  }

  long canaryAnswers() {
    return canaryAnswers;
  }

  void look() {
    for (Entry entry = reader.poll(); entry != null; entry = reader.poll()) {
      if (entry.value() instanceof AdapterVersion version) {
        told(version);
      } else if (entry.value() instanceof AdapterServing serving) {
        servers.heartbeat(serving, entry.timestamp());
      } else if (entry.value() == null) {
        servers.goodbye(entry.key(), entry.timestamp());
      }
    }
    complete();
  }

  private void told(AdapterVersion version) {
    AdapterVersion before = versions.get(version.getVersion());
    boolean released =
        version.getStatus() == VersionStatus.RELEASED
            && (before == null || before.getStatus() == VersionStatus.CANARY);
    if (before == null && !versions.isEmpty()) {
      holds(
          "versions follow one another",
          version.getVersion() == highest() + 1,
          () -> version.getVersion() + " follows where " + (highest() + 1) + " was next");
    }
    if (before != null && before.getStatus() == VersionStatus.WITHDRAWN) {
      holds(
          "withdrawn is final",
          version.getStatus() == VersionStatus.WITHDRAWN,
          () -> "version " + version.getVersion() + " comes back as " + version.getStatus());
    }
    if (released) {
      released(version);
    }
    RuleOverride override = version.getRuleOverride();
    if (override != null && override.getApprovedBy() != null) {
      holds(
          "an override takes two persons",
          !override.getApprovedBy().equals(override.getProposedBy()),
          () -> override.getProposedBy() + " approves what they proposed");
      world.coverage().count("versions under an override");
    }
    versions.put(version.getVersion(), version);
    table.put(ReleasedVersion.of(version));
  }

  private void released(AdapterVersion version) {
    if (!world.is(Mutation.NO_BARRIER)) {
      holds(
          "the minimum watermark never falls",
          version.getWatermark().containsAll(minimum),
          () ->
              "version "
                  + version.getVersion()
                  + " lacks "
                  + minimum.stream().filter(id -> !version.getWatermark().contains(id)).toList());
    }
    Set<String> forgotten = world.artefacts().forgotten(version.getAdapterId());
    holds(
        "a version has forgotten what it claims",
        version.getWatermark().stream()
            .allMatch(id -> forgotten.contains(id) || !world.artefacts().isTuned(id)),
        () -> "version " + version.getVersion() + " claims more than its adapter has forgotten");
    minimum.addAll(version.getWatermark());
    AdapterVersion current = released();
    if (current != null && current.getPin() != null) {
      boolean overridden = isOverridden(current, version.getReleasedAt());
      boolean byItsOwner =
          version.getMove() != null
              && version.getMove().getActorRef().equals(current.getPin().getActorRef());
      boolean forgetsMore = version.getMethod().equals("simulated") && !version.getExact();
      holds(
          "a pin holds",
          overridden
              || byItsOwner
              || forgetsMore
              || Objects.equals(version.getAdapterId(), current.getAdapterId()),
          () -> "version " + version.getVersion() + " takes the place of a pinned one");
      world.coverage().count("releases over a pin");
    }
  }

  private AdapterVersion released() {
    return versions.descendingMap().values().stream()
        .filter(version -> version.getStatus() == VersionStatus.RELEASED)
        .findFirst()
        .orElse(null);
  }

  private static boolean isOverridden(AdapterVersion version, Instant at) {
    RuleOverride override = version.getRuleOverride();
    return override != null
        && override.getRule() == OverriddenRule.PIN
        && override.getApprovedBy() != null
        && at.isBefore(override.getExpiresAt());
  }

  /** As the ledger completes requests: released, and every live server acknowledges it. */
  private void complete() {
    for (String requestId : minimum) {
      if (!completed.contains(requestId)
          && table.firstHolding(requestId).isPresent()
          && servers
              .acknowledgement(
                  serving -> table.serves(serving, requestId),
                  AdapterServing::getSwitchedAt,
                  World.START)
              .isPresent()) {
        completed.add(requestId);
        world.tell("oracle", requestId + " is complete");
      }
    }
  }

  /** A server started anew: what it served before is forgotten, what is complete is not. */
  void restarted(ServerProcess server) {
    servedSince.remove(server.name());
  }

  /** What the server would answer some subjects from, compared with what was promised. */
  void verify(ServerProcess server) {
    if (!server.isAnswering()) {
      return;
    }
    io.lethe.serving.domain.ReleasedVersion current = server.served().orElseThrow();
    Set<String> since = servedSince.computeIfAbsent(server.name(), none -> new HashSet<>());
    for (int subject = 0; subject < SUBJECTS_ASKED; subject++) {
      io.lethe.serving.domain.ReleasedVersion answering =
          server.answersWith("subject-" + subject).orElseThrow();
      Set<String> forgotten = answering.watermark().requestIds();
      holds(
          "no server answers from a version without a request served as forgotten",
          forgotten.containsAll(completed) && forgotten.containsAll(since),
          () ->
              server.name()
                  + " answers with version "
                  + answering.version()
                  + ", which lacks "
                  + completed.stream().filter(id -> !forgotten.contains(id)).toList()
                  + " of what is complete");
      if (answering.version() != current.version()) {
        canaryAnswers++;
      }
    }
    since.addAll(current.watermark().requestIds());
  }

  private void holds(String invariant, boolean holds, Supplier<String> otherwise) {
    world.oracle().holds(invariant, holds, otherwise);
  }
}
