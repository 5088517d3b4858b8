/**
 * How forgetting is judged: attacks, tests and bands on the scores of recommenders, and probes that
 * disturb an adapter or a prompt to see whether what was forgotten comes back. Plain Java; whoever
 * holds scores can use it.
 */
package io.lethe.engine.audit;
