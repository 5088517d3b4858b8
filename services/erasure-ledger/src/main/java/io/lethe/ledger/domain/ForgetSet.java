package io.lethe.ledger.domain;

import io.lethe.schemas.event.ForgetSetClosed;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the ledger keeps of a closed forget set; no sample.
 *
 * @param samplesBySubject subjectRef to how many samples of the subject it held
 */
public record ForgetSet(
    String forgetSetId, String digest, Instant closedAt, Map<String, Integer> samplesBySubject) {
  /** From the accumulator's record. */
  public static ForgetSet of(ForgetSetClosed event) {
    return new ForgetSet(
        event.getForgetSetId(),
        event.getDigest(),
        event.getClosedAt(),
        Stream.concat(
                event.getSamples().stream().map(sample -> Map.entry(sample.getSubjectRef(), 1)),
                event.getSealedSamples().stream()
                    .map(run -> Map.entry(run.getSubjectRef(), run.getSamples().size())))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Integer::sum)));
  }

  /** How many samples of the subject it held. */
  public int samplesOf(String subjectRef) {
    return samplesBySubject.getOrDefault(subjectRef, 0);
  }
}
