package io.lethe.intake.accept;

import io.lethe.intake.domain.ExtensionRequest;
import io.lethe.intake.domain.RefusedException;
import io.lethe.intake.domain.Submission;
import io.lethe.intake.status.RequestStatus;
import io.lethe.intake.status.RequestStatusTable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Requests while more than one pseudonym key is in use. Data of a person may lie under the
 * pseudonym of any of them, so a request is made under all: under one by its own id, under each of
 * the others by a companion, whose id follows from the request's id and the key's. Each companion
 * is a request like any other, with deadline, stages and receipt of its own.
 */
public final class CompanionRequests {
  private final RequestAcceptance acceptance;
  private final RequestStatusTable table;
  private final List<String> keyIds;

  /**
   * @param keyIds of the keys in use, the current one first; not secret
   */
  public CompanionRequests(
      RequestAcceptance acceptance, RequestStatusTable table, List<String> keyIds) {
    this.acceptance = acceptance;
    this.table = table;
    this.keyIds = List.copyOf(keyIds);
  }

  /**
   * Accepts a request and its companions.
   *
   * @param submissions the request under the pseudonym of each key, in the order of the keys
   * @return the request's own acceptance, once it and all companions are durable
   * @throws RefusedException as {@link RequestAcceptance#accept}; sending it again is safe
   */
  public CompletableFuture<Acceptance> accept(List<Submission> submissions, Instant arrivedAt) {
    int own = ownOf(submissions);
    String requestId = submissions.get(own).requestId();
    CompletableFuture<Acceptance> accepted = acceptance.accept(submissions.get(own), arrivedAt);
    List<CompletableFuture<Acceptance>> companions = new ArrayList<>();
    for (int key = 0; key < submissions.size(); key++) {
      if (key != own) {
        companions.add(
            acceptance.accept(
                submissions.get(key).companion(idOf(requestId, keyIds.get(key))), arrivedAt));
      }
    }
    return together(accepted, companions);
  }

  /**
   * Withdraws a request, and those of its companions whose forget sets have not closed.
   *
   * @param owner as in {@link RequestAcceptance#withdraw}
   * @throws RefusedException as {@link RequestAcceptance#withdraw}, for the request itself
   */
  public CompletableFuture<Acceptance> withdraw(String requestId, String owner) {
    CompletableFuture<Acceptance> withdrawn = acceptance.withdraw(requestId, null, owner);
    return together(
        withdrawn,
        ofCompanions(requestId, companion -> acceptance.withdraw(companion, null, owner)));
  }

  /**
   * Moves the deadline of a request and of its companions.
   *
   * @throws RefusedException as {@link RequestAcceptance#extend}, for the request itself
   */
  public CompletableFuture<Acceptance> extend(String requestId, ExtensionRequest extension) {
    CompletableFuture<Acceptance> extended = acceptance.extend(requestId, extension);
    return together(
        extended, ofCompanions(requestId, companion -> acceptance.extend(companion, extension)));
  }

  /** The id of the companion under a key: the same whenever the request is sent again. */
  static String idOf(String requestId, String keyId) {
    return UUID.nameUUIDFromBytes((requestId + '\n' + keyId).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  /**
   * Under which key the request goes by its own id: the current one, but where it was accepted
   * before the key was changed.
   */
  private int ownOf(List<Submission> submissions) {
    RequestStatus known = table.find(submissions.get(0).requestId()).orElse(null);
    for (int key = 1; known != null && key < submissions.size(); key++) {
      if (submissions.get(key).subjectRef().equals(known.subjectRef())) {
        return key;
      }
    }
    return 0;
  }

  private List<CompletableFuture<Acceptance>> ofCompanions(
      String requestId, Function<String, CompletableFuture<Acceptance>> change) {
    List<CompletableFuture<Acceptance>> changes = new ArrayList<>();
    for (String keyId : keyIds) {
      String companion = idOf(requestId, keyId);
      if (table.find(companion).isPresent()) {
        try {
          changes.add(change.apply(companion));
        } catch (RefusedException tooLate) {
          // What became of the request itself is the answer; its companion has its own status.
          continue;
        }
      }
    }
    return changes;
  }

  private static CompletableFuture<Acceptance> together(
      CompletableFuture<Acceptance> own, List<CompletableFuture<Acceptance>> companions) {
    return CompletableFuture.allOf(companions.toArray(CompletableFuture[]::new))
        .thenCombine(own, (all, acceptance) -> acceptance);
  }
}
