package io.lethe.ledger.deadletter;

/** What has become of a dead letter. */
public enum LetterState {
  /** Nothing yet: its deadline runs. */
  OPEN,
  /** It was sent back; where it failed again, another letter tells. */
  REDRIVEN,
  /** Every request that it carries has since had its effect by another way. */
  ANSWERED
}
