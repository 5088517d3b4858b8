package io.lethe.ledger.domain;

import io.lethe.schemas.event.AdapterServing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The recommendation servers by their last heartbeat. A server is live while its heartbeat is
 * younger than the timeout and it has not said goodbye. One thread writes, any may read.
 *
 * <p>How old a heartbeat is, is told by the broker's times of adapter.serving alone: a server whose
 * clock is wrong must not be passed over, and a ledger that stood still, reads late or has its
 * clock set must not hold those for gone whose heartbeats it has not read yet.
 */
public final class ServerTable {
  /**
   * One server.
   *
   * @param serving its last heartbeat
   * @param heardAt the broker's time of that heartbeat
   * @param goodbyeAt when it said goodbye; null when it has not
   */
  public record Server(AdapterServing serving, Instant heardAt, Instant goodbyeAt) {}

  /**
   * All live servers hold something.
   *
   * @param at since when
   * @param replicas who they are, sorted
   */
  public record Acknowledgement(Instant at, List<String> replicas) {}

  private final Map<String, Server> servers = new ConcurrentHashMap<>();
  private final Duration timeout;
  private final int expectedMin;
  private final int serversMax;
  private volatile Instant toldUntil = Instant.MIN;
  private volatile Instant blindUntil = Instant.MIN;

  /**
   * @param timeout how long a heartbeat keeps a server live
   * @param expectedMin live servers without which nothing counts as acknowledged
   * @param serversMax servers remembered; the longest gone makes room
   */
  public ServerTable(Duration timeout, int expectedMin, int serversMax) {
    this.timeout = timeout;
    this.expectedMin = expectedMin;
    this.serversMax = serversMax;
  }

  /**
   * Takes a heartbeat.
   *
   * @param heardAt the broker's time of the record
   * @throws IllegalArgumentException when no more servers can be remembered
   */
  public void heartbeat(AdapterServing serving, Instant heardAt) {
    tellTime(heardAt);
    if (!servers.containsKey(serving.getReplicaId()) && servers.size() >= serversMax) {
      makeRoom();
    }
    servers.put(serving.getReplicaId(), new Server(serving, heardAt, null));
  }

  /**
   * A server says goodbye.
   *
   * @param at the broker's time of the record
   */
  public void goodbye(String replicaId, Instant at) {
    tellTime(at);
    servers.computeIfPresent(
        replicaId, (id, server) -> new Server(server.serving(), server.heardAt(), at));
  }

  /**
   * Heartbeats before this one can no longer be read, because compaction removed them for later
   * ones. Among them may be the first of a server whose later ones are still to be read, so nothing
   * counts as acknowledged by all until each has been heard of again or is gone.
   *
   * @param heardAt the broker's time of the first heartbeat after them
   */
  public void missedBefore(Instant heardAt) {
    blindUntil = later(blindUntil, heardAt.plus(timeout));
  }

  /** Every server remembered, by its name. */
  public List<Server> all() {
    return servers.values().stream()
        .sorted(Comparator.comparing(server -> server.serving().getReplicaId()))
        .toList();
  }

  /** Whether the server counts, and was heard of lately by this clock too: for those who look. */
  public boolean isLive(Server server, Instant now) {
    return counts(server) && goneAt(server).isAfter(now);
  }

  private boolean counts(Server server) {
    return server.goodbyeAt() == null && goneAt(server).isAfter(toldUntil);
  }

  /** How many servers are live. */
  public long liveCount(Instant now) {
    return servers.values().stream().filter(server -> isLive(server, now)).count();
  }

  /** How many servers are remembered that went without saying goodbye. */
  public long cutOffCount(Instant now) {
    return servers.values().stream()
        .filter(server -> server.goodbyeAt() == null && !isLive(server, now))
        .count();
  }

  /** The lowest version that a server serves that counts; empty when none counts, or some may. */
  public OptionalLong lowestVersion() {
    if (isBlind()) {
      return OptionalLong.empty();
    }
    return servers.values().stream()
        .filter(this::counts)
        .mapToLong(server -> server.serving().getVersion())
        .min();
  }

  /**
   * Whether all live servers, and enough of them, hold something. A server that went without ever
   * holding it delays the moment to its going: until then it answered without.
   *
   * @param holds what each must hold
   * @param since since when a server holds it
   * @param notBefore lower bound of the moment
   */
  public Optional<Acknowledgement> acknowledgement(
      Predicate<AdapterServing> holds, Function<AdapterServing, Instant> since, Instant notBefore) {
    if (isBlind()) {
      return Optional.empty();
    }
    Instant at = notBefore;
    List<String> replicas = new ArrayList<>();
    for (Server server : servers.values()) {
      boolean held = holds.test(server.serving());
      if (counts(server)) {
        if (!held) {
          return Optional.empty();
        }
        replicas.add(server.serving().getReplicaId());
        at = later(at, since.apply(server.serving()));
      } else if (!held) {
        at = later(at, goneAt(server));
      }
    }
    if (replicas.size() < expectedMin) {
      return Optional.empty();
    }
    replicas.sort(Comparator.naturalOrder());
    return Optional.of(new Acknowledgement(at, List.copyOf(replicas)));
  }

  private boolean isBlind() {
    return toldUntil.isBefore(blindUntil);
  }

  private Instant goneAt(Server server) {
    return server.goodbyeAt() != null ? server.goodbyeAt() : server.heardAt().plus(timeout);
  }

  private void tellTime(Instant at) {
    toldUntil = later(toldUntil, at);
  }

  private void makeRoom() {
    Server longestGone =
        servers.values().stream()
            .filter(server -> !counts(server))
            .min(Comparator.comparing(this::goneAt))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "More live servers than lethe.servers-max ("
                            + serversMax
                            + ") report; raise it."));
    servers.remove(longestGone.serving().getReplicaId());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
