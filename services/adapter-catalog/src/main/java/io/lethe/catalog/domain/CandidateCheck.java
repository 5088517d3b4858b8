package io.lethe.catalog.domain;

import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.GateResult;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a candidate must bring along by itself, whatever was released before. */
final class CandidateCheck {
  /** The one gate that two persons may set aside: it tells how useful answers are, not of whom. */
  private static final String UTILITY_FLOOR = "utility-floor";

  private final String recommenderDigest;

  CandidateCheck(String recommenderDigest) {
    this.recommenderDigest = recommenderDigest;
  }

  /**
   * Why the candidate cannot become a version; empty when it can.
   *
   * @param utilityOverridden whether two persons have set the utility floor aside
   */
  Optional<Decision.Refuse> refusal(AdapterTrained candidate, boolean utilityOverridden) {
    boolean overridden = utilityOverridden && failsUtilityAlone(candidate);
    if (!candidate.getAccepted() && !overridden) {
      return refusal(RefusalReason.NOT_ACCEPTED, failedGates(candidate));
    }
    if (candidate.getGates().stream().anyMatch(gate -> !gate.getPassed()) && !overridden) {
      return refusal(RefusalReason.GATE_FAILED, failedGates(candidate));
    }
    if (!candidate.getRecommenderDigest().equals(recommenderDigest)) {
      return refusal(
          RefusalReason.RECOMMENDER_DIFFERS,
          "trained on "
              + shortId(candidate.getRecommenderDigest())
              + ", the catalog holds "
              + shortId(recommenderDigest));
    }
    if (candidate.getExact() && !candidate.getRequestIds().isEmpty()) {
      return refusal(
          RefusalReason.EXACT_ADDS_REQUESTS,
          candidate.getRequestIds().size() + " requests would be new");
    }
    if (isUnchanged(candidate) && !candidate.getExact()) {
      return Optional.empty();
    }
    if (candidate.getAdapterId() == null || candidate.getUri() == null) {
      return refusal(
          RefusalReason.INCOMPLETE,
          "adapter id is "
              + shortId(candidate.getAdapterId())
              + ", uri present: "
              + (candidate.getUri() != null));
    }
    return candidate.getGates().isEmpty()
        ? refusal(RefusalReason.NO_GATES, candidate.getSteps() + " steps without a gate")
        : Optional.empty();
  }

  /** Whether the candidate is its parent's adapter again, since its set held nothing. */
  static boolean isUnchanged(AdapterTrained candidate) {
    return Objects.equals(candidate.getAdapterId(), candidate.getParentAdapterId())
        && candidate.getSteps() == 0;
  }

  static String shortId(String id) {
    return id == null ? "none" : id.substring(0, Math.min(12, id.length()));
  }

  private static boolean failsUtilityAlone(AdapterTrained candidate) {
    List<String> failed = failed(candidate);
    // Gates stop at the first failure, so a list of one says that all before it passed.
    return failed.equals(List.of(UTILITY_FLOOR))
        && candidate.getAdapterId() != null
        && candidate.getUri() != null;
  }

  private static List<String> failed(AdapterTrained candidate) {
    return candidate.getGates().stream()
        .filter(gate -> !gate.getPassed())
        .map(GateResult::getGate)
        .toList();
  }

  private static String failedGates(AdapterTrained candidate) {
    List<String> failed = failed(candidate);
    return failed.isEmpty() ? "no gate failed" : "failed gates: " + String.join(", ", failed);
  }

  private static Optional<Decision.Refuse> refusal(RefusalReason reason, String detail) {
    return Optional.of(new Decision.Refuse(reason, detail));
  }
}
