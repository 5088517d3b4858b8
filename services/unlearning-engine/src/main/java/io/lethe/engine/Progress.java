package io.lethe.engine;

/**
 * Where a long run stands.
 *
 * @param phase what is being done, for people: {@code tune}, {@code augmented-teacher}, {@code
 *     student}, ...
 * @param step steps of this phase that are done
 * @param totalSteps steps of this phase at most
 * @param loss of the last step; NaN where the phase has none
 */
public record Progress(String phase, int step, int totalSteps, double loss) {}
