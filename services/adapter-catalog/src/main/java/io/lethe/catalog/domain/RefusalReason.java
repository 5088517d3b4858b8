package io.lethe.catalog.domain;

/** Why a candidate did not become a version, each with what to do about it. */
public enum RefusalReason {
  NOT_ACCEPTED(
      "the worker did not accept it",
      "see the gates of the candidate, then redrive its forget set with other unlearning settings"),
  GATE_FAILED(
      "a gate failed",
      "see the gates of the candidate, then redrive its forget set with other unlearning settings"),
  NO_GATES(
      "it carries no gate verdicts",
      "upgrade the worker: a trained candidate must name every gate it passed"),
  INCOMPLETE(
      "it names no adapter id, or no place where the adapter lies",
      "upgrade the worker: a trained candidate must name its adapter and where it is stored"),
  RECOMMENDER_DIFFERS(
      "it was trained on another recommender",
      "start the worker with the recommender folder that the catalog was started with"),
  PARENT_NOT_RELEASED(
      "its parent is not the adapter released now",
      "redrive its forget set, so that it is trained on the released adapter; an exact candidate is"
          + " made again by itself"),
  EXACT_ADDS_REQUESTS(
      "it claims to be exact and names requests of its own",
      "upgrade the worker: an exact candidate replaces the released adapter and adds no request"),
  NOTHING_RELEASED(
      "no version is released now, and its parent is no adapter that ever was",
      "redrive the forget set of the withdrawn version, or wait for the exact candidate in its"
          + " place"),
  ADAPTER_WITHDRAWN(
      "its adapter is one that was withdrawn",
      "redrive its forget set with other unlearning settings; the same settings give the same"
          + " adapter"),
  PINNED(
      "the current version is pinned, and it forgets nobody more",
      "have the version unpinned by whoever pinned it, or two others override the pin"),
  CANARY_RUNNING(
      "a version is on trial", "promote or end it; candidates wait in adapter.trained meanwhile"),
  BELOW_MINIMUM_WATERMARK(
      "it has not forgotten every request already served as forgotten",
      "train on an adapter whose watermark covers the minimum"),
  WATERMARK_TOO_LARGE(
      "its watermark would pass the limit",
      "raise lethe.watermark-limit together with max.message.bytes of adapter.version, or retrain the"
          + " recommender without the erased data and start a new model id");

  private final String explanation;
  private final String remedy;

  RefusalReason(String explanation, String remedy) {
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
