package io.lethe.accumulator.status;

import io.lethe.accumulator.record.OpenForgetSet;
import java.time.Instant;

/**
 * A forget set that has not closed; times are null while it is empty.
 *
 * @param modelId the recommender
 * @param sequence position in the model's sequence of forget sets
 * @param requests requests and withdrawals it will name
 * @param samples samples it holds
 * @param recordBytes upper bound of its record's size
 * @param openedAt acceptedAt of its first request
 * @param earliestDueAt the first legal deadline in it
 */
public record OpenForgetSetView(
    String modelId,
    long sequence,
    int requests,
    int samples,
    long recordBytes,
    Instant openedAt,
    Instant earliestDueAt) {

  static OpenForgetSetView of(OpenForgetSet head) {
    boolean empty = head.getEntries() == 0;
    return new OpenForgetSetView(
        head.getModelId(),
        head.getSequence(),
        head.getRequests(),
        head.getSamples(),
        head.getRecordBytes(),
        empty ? null : head.getOpenedAt(),
        empty ? null : head.getEarliestDueAt());
  }
}
