package io.lethe.engine;

/**
 * One gate's word on a candidate.
 *
 * @param gate its name, one of those in {@link Gates}
 * @param value measured
 * @param lower smallest value that passes, or -infinity
 * @param upper largest value that passes, or infinity
 * @param reference what the value is measured against, in words
 * @param passed whether the value lies within the bounds
 */
public record GateVerdict(
    String gate, double value, double lower, double upper, String reference, boolean passed) {}
