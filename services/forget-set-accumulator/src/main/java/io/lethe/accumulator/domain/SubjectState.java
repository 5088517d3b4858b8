package io.lethe.accumulator.domain;

import io.lethe.accumulator.record.ErasureRecord;
import io.lethe.schemas.event.SubjectProfile;
import java.util.List;
import java.util.Optional;

/** What is known of the persons of one partition, beside their interactions. */
public interface SubjectState {
  Optional<SubjectProfile> profile(String subjectRef);

  /** Keeps the profile; null removes it. */
  void putProfile(String subjectRef, SubjectProfile profile);

  /** The person's requests, in any order. */
  List<ErasureRecord> erasures(String subjectRef);

  void putErasure(String subjectRef, ErasureRecord erasure);
}
