package io.lethe.accumulator.subject;

import io.lethe.accumulator.domain.SubjectState;
import io.lethe.accumulator.record.ErasureRecord;
import io.lethe.schemas.event.SubjectProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Profiles and requests in state stores. */
final class StoredSubjects implements SubjectState {
  private static final char SEPARATOR = '/';

  private final KeyValueStore<String, SubjectProfile> profiles;
  private final KeyValueStore<String, ErasureRecord> erasures;

  StoredSubjects(
      KeyValueStore<String, SubjectProfile> profiles,
      KeyValueStore<String, ErasureRecord> erasures) {
    this.profiles = profiles;
    this.erasures = erasures;
  }

  @Override
  public Optional<SubjectProfile> profile(String subjectRef) {
    return Optional.ofNullable(profiles.get(subjectRef));
  }

  @Override
  public void putProfile(String subjectRef, SubjectProfile profile) {
    profiles.put(subjectRef, profile);
  }

  @Override
  public List<ErasureRecord> erasures(String subjectRef) {
    if (erasures.get(subjectRef) == null) {
      return List.of();
    }
    List<ErasureRecord> found = new ArrayList<>();
    try (KeyValueIterator<String, ErasureRecord> entries =
        erasures.prefixScan(subjectRef + SEPARATOR, Serdes.String().serializer())) {
      entries.forEachRemaining(entry -> found.add(entry.value));
    }
    return found;
  }

  @Override
  public void putErasure(String subjectRef, ErasureRecord erasure) {
    // Under the plain subjectRef, so that one look-up tells of the many who never asked.
    erasures.put(subjectRef, erasure);
    erasures.put(subjectRef + SEPARATOR + erasure.getRequestId(), erasure);
  }
}
