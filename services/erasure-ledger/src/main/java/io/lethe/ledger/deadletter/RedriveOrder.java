package io.lethe.ledger.deadletter;

/**
 * What an operator asks for.
 *
 * @param limit most letters to send back
 * @param dryRun true only tells what would be done
 * @param actorRef keyed pseudonym of who asks
 * @param why why, in the operator's words
 */
public record RedriveOrder(
    LetterFilter filter, int limit, boolean dryRun, String actorRef, String why) {}
