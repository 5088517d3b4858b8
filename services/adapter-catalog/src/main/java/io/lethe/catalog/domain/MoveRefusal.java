package io.lethe.catalog.domain;

/** Why a move is not done, each with what to do instead. */
public enum MoveRefusal {
  VERSION_UNKNOWN("the catalog knows no such version", "see GET /v1/versions for those it knows"),
  VERSION_WITHDRAWN(
      "the version was withdrawn for good", "choose one that is superseded, see GET /v1/versions"),
  BELOW_MINIMUM_WATERMARK(
      "the version remembers requests that were already served as forgotten, which nothing sets"
          + " aside",
      "choose a version that covers the minimum watermark, or withdraw the current one with wait and"
          + " have its forget set redriven"),
  WATERMARK_UNKNOWN(
      "what the version has forgotten can no longer be told, because compaction removed versions"
          + " after it",
      "choose a later version"),
  NOTHING_TO_SERVE(
      "no other version covers the minimum watermark, so that servers would stop answering",
      "repeat it with wait, to have them stop until a new candidate covers it; or keep the version,"
          + " and release a better one over it"),
  NOTHING_RELEASED(
      "no version is released now", "wait for a candidate, see docs/operating/versions.md"),
  NOT_CURRENT("the version is not the current one", "name the current one, see GET /v1/versions"),
  CANARY_RUNNING("a version is on trial", "promote or end it first"),
  NO_CANARY("no such version is on trial", "see GET /v1/versions"),
  PINNED_BY_ANOTHER(
      "the version is pinned by somebody else",
      "have that person unpin it, or two others override the pin"),
  OVERRIDE_RUNNING(
      "an override is proposed or in force already", "revoke it first, or let it expire"),
  NO_PROPOSAL(
      "no such override is proposed, or its time to be approved is over", "propose it anew"),
  SAME_PERSON(
      "whoever proposed an override cannot approve it", "have another release-approver approve it");

  private final String explanation;
  private final String remedy;

  MoveRefusal(String explanation, String remedy) {
    this.explanation = explanation;
    this.remedy = remedy;
  }

  public String explanation() {
    return explanation;
  }

  public String remedy() {
    return remedy;
  }
}
