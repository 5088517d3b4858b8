package io.lethe.ledger.domain;

/** What can happen to a deletion request. */
public enum RequestEvent {
  /** The request stands in deletion.requested. */
  REQUEST_ACCEPTED,
  /** An operator moved the deadline, and told the person. */
  DEADLINE_EXTENDED,
  /** Every live server has the subject out of its prompts. */
  SUPPRESSION_ACKNOWLEDGED,
  /** A closed forget set names the request as withdrawn. */
  REQUEST_WITHDRAWN,
  /** A forget set that carries the request closed. */
  FORGET_SET_CLOSED,
  /** A candidate for that set passed every gate. */
  CANDIDATE_ACCEPTED,
  /** A candidate for that set failed a gate. */
  CANDIDATE_REFUSED,
  /** A version whose watermark holds the request was released. */
  VERSION_RELEASED,
  /** Every live server serves a version whose watermark holds the request. */
  UNLEARNING_ACKNOWLEDGED,
  /** Every live server serves a version that has forgotten the request exactly. */
  EXACT_ACKNOWLEDGED,
  /** Both the suppressed and the unlearned clock have been met. */
  CLOCKS_MET
}
