package io.lethe.serving.history;

/**
 * How much the server holds in memory at most.
 *
 * @param items catalogue items
 * @param subjects subjects with a profile or an interaction
 * @param interactions interactions of all subjects together
 * @param requests deletion requests and withdrawals
 */
public record StateLimits(int items, int subjects, int interactions, int requests) {}
