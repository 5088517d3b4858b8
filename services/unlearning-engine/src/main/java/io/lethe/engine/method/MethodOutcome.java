package io.lethe.engine.method;

import io.lethe.engine.Candidate;
import io.lethe.engine.UnlearningRecord;

/**
 * What a method made and what that took.
 *
 * @param unlearned scores prompts; close it when done
 * @param candidate the adapter where the method makes one, or null where it trains anew
 * @param secondsSetup spent before any request could have come: training the shards that the
 *     request does not touch; 0 for the methods that have no shards
 * @param secondsTeachers spent on teachers, part of {@code secondsTotal}
 * @param secondsTotal from the request to a model that has forgotten, without {@code secondsSetup}
 * @param trainableParameters numbers that training may change while the request is met
 * @param record what was done and measured
 */
public record MethodOutcome(
    Unlearned unlearned,
    Candidate candidate,
    double secondsSetup,
    double secondsTeachers,
    double secondsTotal,
    long trainableParameters,
    UnlearningRecord record)
    implements AutoCloseable {
  @Override
  public void close() {
    unlearned.close();
  }
}
