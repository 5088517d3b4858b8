package io.lethe.worker.domain;

/** What may be done with a forget set right now. */
public sealed interface Claim {
  /** Train it on this parent. */
  record Train(Parent parent) implements Claim {}

  /** Its effect is there, or on its way. */
  record Duplicate(String reason) implements Claim {}

  /**
   * It must not be forgotten before what an earlier set holds, and that waits for somebody to mend
   * it; {@code reason} says so, with the remedy.
   */
  record OutOfTurn(String reason) implements Claim {}

  /** The parent is not settled yet; {@code reason} says what is missing, with the remedy. */
  record Wait(String reason) implements Claim {}
}
