package io.lethe.accumulator.domain;

import io.lethe.accumulator.record.ErasureRecord;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.sample.SampleAssembler;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one person asked to be erased. It bars samples from the reservoir for good, a withdrawn
 * request too: whether the withdrawal came in time is known where the forget set is, and a
 * reservoir that misses a few samples is still uniform.
 */
record Erasures(List<Erasure> erasures) {
  /** One request's claim. */
  record Erasure(ErasureRecord request, DeletionScope scope) {
    Erasure(ErasureRecord request) {
      this(request, InternalBytes.scope(request.getScope()));
    }
  }

  static Erasures of(List<ErasureRecord> records) {
    return new Erasures(records.stream().map(Erasure::new).toList());
  }

  boolean isEmpty() {
    return erasures.isEmpty();
  }

  /** True when nothing of the person may enter the reservoir again. */
  boolean coverEverything() {
    return erasures.stream().anyMatch(erasure -> erasure.scope().getKind() == ScopeKind.ALL);
  }

  /** Ids of the samples that must not be in the reservoir. */
  Set<String> barredAmong(List<Sample> samples, List<InteractionRecorded> interactions) {
    return erasures.stream()
        .flatMap(
            erasure -> SampleAssembler.affectedBy(samples, interactions, erasure.scope()).stream())
        .map(Sample::getSampleId)
        .collect(Collectors.toSet());
  }

  /**
   * The requests that cover the interaction although it arrived after them: it was recorded before
   * they were accepted.
   */
  List<ErasureRecord> requestsLateFor(InteractionRecorded interaction) {
    return erasures.stream()
        .filter(
            erasure ->
                interaction.getRecordedAt().isBefore(erasure.request().getAcceptedAt())
                    && SampleAssembler.covers(erasure.scope(), interaction))
        .map(Erasure::request)
        .toList();
  }
}
