package io.lethe.ledger.domain;

import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.ForgetSetClosed;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the other services have told, whatever the order in which their topics were read. Each fact
 * may be told again without effect. Not thread-safe, but for the servers.
 */
public final class Knowledge {
  private final Map<String, AcceptedRequest> accepted = new HashMap<>();
  private final Map<String, ForgetSet> forgetSets = new HashMap<>();
  private final Map<String, Instant> withdrawals = new HashMap<>();
  private final Map<String, DeletionRequested> extensions = new HashMap<>();
  private final Map<String, TrainedCandidate> candidates = new LinkedHashMap<>();
  private final VersionTable versions;
  private final ServerTable servers;
  private final int candidatesMax;

  /**
   * @param candidatesMax candidates remembered; the eldest goes first
   */
  public Knowledge(VersionTable versions, ServerTable servers, int candidatesMax) {
    this.versions = versions;
    this.servers = servers;
    this.candidatesMax = candidatesMax;
  }

  /** A request was accepted; where it was published twice, the first position stands. */
  public void accepted(AcceptedRequest request) {
    accepted.putIfAbsent(request.request().getRequestId(), request);
  }

  /** The deadline of a request is to move; it moves once, so the first extension stands. */
  public void extended(DeletionRequested extension) {
    extensions.putIfAbsent(extension.getRequestId(), extension);
  }

  /** A forget set closed. */
  public void closed(ForgetSetClosed event) {
    ForgetSet set = ForgetSet.of(event);
    event.getRequestIds().forEach(requestId -> forgetSets.put(requestId, set));
    event
        .getWithdrawnRequestIds()
        .forEach(requestId -> withdrawals.put(requestId, event.getClosedAt()));
  }

  /** A candidate was trained; the last one for a forget set counts. */
  public void trained(TrainedCandidate candidate) {
    candidates.remove(candidate.forgetSetId());
    candidates.put(candidate.forgetSetId(), candidate);
    if (candidates.size() > candidatesMax) {
      candidates.remove(candidates.keySet().iterator().next());
    }
  }

  /** The request as it was accepted, if it is known. */
  public Optional<AcceptedRequest> request(String requestId) {
    return Optional.ofNullable(accepted.get(requestId));
  }

  /** The extension of the request that is not recorded yet, if there is one. */
  public Optional<DeletionRequested> extension(String requestId) {
    return Optional.ofNullable(extensions.get(requestId));
  }

  /** Ids of the requests whose extension is not recorded yet. */
  public Set<String> extended() {
    return Set.copyOf(extensions.keySet());
  }

  /** The extension is recorded. */
  public void dropExtension(String requestId) {
    extensions.remove(requestId);
  }

  /** The forget set that carries the request, if it is known. */
  public Optional<ForgetSet> forgetSet(String requestId) {
    return Optional.ofNullable(forgetSets.get(requestId));
  }

  /** When a closed set named the request as withdrawn. */
  public Optional<Instant> withdrawal(String requestId) {
    return Optional.ofNullable(withdrawals.get(requestId));
  }

  /** A withdrawal that came too late is not looked at again. */
  public void dropWithdrawal(String requestId) {
    withdrawals.remove(requestId);
  }

  /** The last candidate for a forget set, if it is known; none for null. */
  public Optional<TrainedCandidate> candidate(String forgetSetId) {
    return Optional.ofNullable(candidates.get(forgetSetId));
  }

  /** The versions. */
  public VersionTable versions() {
    return versions;
  }

  /** The servers. */
  public ServerTable servers() {
    return servers;
  }

  /** Drops what was only needed until the request was finished; its deadline may move even then. */
  public void forget(String requestId) {
    accepted.remove(requestId);
    forgetSets.remove(requestId);
    withdrawals.remove(requestId);
  }
}
