/**
 * Dead letters: what could not be used is counted against its legal deadline, and sent back where
 * it came from once its cause is mended.
 */
package io.lethe.ledger.deadletter;
