package io.lethe.simulation;

/** Services broken on purpose: the simulation must notice each of them. */
public enum Mutation {
  NONE,
  INTAKE_ANSWERS_BEFORE_DURABLE,
  ACCUMULATOR_FORGETS_DUPLICATES,
  ACCUMULATOR_KEEPS_ERASED_SAMPLES,
  WORKER_PUBLISHES_WITHOUT_FENCE,
  /** It forgets a set before an earlier one with samples of the same person. */
  WORKER_FORGETS_OUT_OF_TURN,
  CATALOG_FORGETS_WATERMARK,
  SERVER_ANSWERS_WHILE_CUT_OFF,
  SERVER_IGNORES_REQUESTS,
  /** A server answers once it has read adapter.version, whoever knows of it. */
  SERVER_ANSWERS_BEFORE_IT_JOINED,
  LEDGER_COMPLETES_EARLY,
  /** The catalog releases and moves without a look at the minimum watermark. */
  CATALOG_WITHOUT_BARRIER,
  /** Neither the catalog nor the servers look at it. */
  NO_BARRIER,
  /** The catalog lets one person approve an override that the same person proposed. */
  OVERRIDE_BY_ONE_PERSON
}
