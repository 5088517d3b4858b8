package io.lethe.ledger.domain;

import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.Sample;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

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
        event.getSamples().stream()
            .collect(Collectors.toMap(Sample::getSubjectRef, sample -> 1, Integer::sum)));
  }

  /** How many samples of the subject it held. */
  public int samplesOf(String subjectRef) {
    return samplesBySubject.getOrDefault(subjectRef, 0);
  }
}
