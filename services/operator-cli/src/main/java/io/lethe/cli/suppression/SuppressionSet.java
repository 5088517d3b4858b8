package io.lethe.cli.suppression;

import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.Interaction;
import io.lethe.cli.data.Profile;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.sample.SampleAssembler;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What persons asked to be erased, by their keyed pseudonyms alone: who holds a data set can tell
 * which of its rows must not be learned again, and nobody can tell from it who asked.
 *
 * <p>A row is left out when a request covers it and it is older than the request: who comes back
 * later is new data. A request stands until the ledger calls it withdrawn, as for the servers. Not
 * safe for use by many threads.
 */
public final class SuppressionSet {
  private record Request(DeletionScope scope, Instant acceptedAt) {}

  /**
   * A data set without what was erased.
   *
   * @param profiles how many were left out
   * @param interactions how many were left out
   */
  public record Remainder(Dataset dataset, int profiles, int interactions) {
    public boolean isWhole() {
      return profiles == 0 && interactions == 0;
    }
  }

  private final Map<String, Map<String, Request>> requestsBySubject = new HashMap<>();
  private final Set<String> withdrawnRequestIds = new HashSet<>();

  /** Applies a record of deletion.requested. */
  public void apply(DeletionRequested request) {
    if (request.getAction() == DeletionAction.ERASE
        && request.getScope().getKind() != ScopeKind.UNKNOWN) {
      requestsBySubject
          .computeIfAbsent(request.getSubjectRef(), ref -> new HashMap<>())
          .putIfAbsent(
              request.getRequestId(), new Request(request.getScope(), request.getAcceptedAt()));
    }
  }

  /** Applies a record of deletion.progressed. */
  public void apply(DeletionProgressed progress) {
    if (progress.getStage() == RequestStage.WITHDRAWN) {
      withdrawnRequestIds.add(progress.getRequestId());
    }
  }

  /** The rows that may be learned. */
  public Remainder filter(Dataset dataset, SubjectPseudonymizer pseudonymizer) {
    Map<String, List<Request>> standing = new HashMap<>();
    List<Profile> profiles =
        dataset.profiles().stream()
            .filter(
                profile ->
                    of(profile.accountId(), pseudonymizer, standing).stream()
                        .noneMatch(request -> request.scope().getKind() == ScopeKind.ALL))
            .toList();
    List<Interaction> interactions =
        dataset.interactions().stream()
            .filter(
                interaction ->
                    of(interaction.accountId(), pseudonymizer, standing).stream()
                        .noneMatch(request -> covers(request, interaction)))
            .toList();
    return new Remainder(
        new Dataset(dataset.name(), dataset.items(), profiles, interactions, dataset.likedAbove()),
        dataset.profiles().size() - profiles.size(),
        dataset.interactions().size() - interactions.size());
  }

  private List<Request> of(
      String accountId, SubjectPseudonymizer pseudonymizer, Map<String, List<Request>> standing) {
    return standing.computeIfAbsent(
        accountId,
        account -> {
          List<Request> found = new ArrayList<>();
          // A request from before the key was changed stands under the pseudonym of its time.
          for (String subjectRef : pseudonymizer.subjectRefs(account)) {
            requestsBySubject
                .getOrDefault(subjectRef, Map.of())
                .forEach(
                    (requestId, request) -> {
                      if (!withdrawnRequestIds.contains(requestId)) {
                        found.add(request);
                      }
                    });
          }
          return found;
        });
  }

  private static boolean covers(Request request, Interaction interaction) {
    return interaction.recordedAt().isBefore(request.acceptedAt())
        && SampleAssembler.covers(
            request.scope(),
            new InteractionRecorded(
                "", interaction.itemId(), interaction.rating(), interaction.recordedAt()));
  }
}
