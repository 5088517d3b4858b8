package io.lethe.accumulator.domain;

import io.lethe.accumulator.record.ErasureRecord;
import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.record.PartKind;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.sample.SampleAssembler;
import io.lethe.schemas.sample.SampleRule;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Turns a request into what one model must forget, in parts that each fit a record. */
final class RequestExpansion {
  private final String modelId;
  private final SampleRule rule;
  private final ExpansionLimits limits;

  RequestExpansion(String modelId, SampleRule rule, ExpansionLimits limits) {
    this.modelId = modelId;
    this.rule = rule;
    this.limits = limits;
  }

  /** The request's parts, at least one: a person of whom nothing is known still gets an answer. */
  List<ExpandedRequest> expand(
      DeletionRequested request, SubjectProfile profile, List<InteractionRecorded> interactions) {
    DeletionScope scope = request.getScope();
    List<Sample> samples = SampleAssembler.assemble(profile, interactions, rule);
    Parts parts = new Parts(request);
    SampleAssembler.affectedBy(samples, interactions, scope).stream()
        .filter(rule::isTrainedOn)
        .forEach(parts::add);
    interactions.stream()
        .filter(interaction -> SampleAssembler.covers(scope, interaction))
        .forEach(interaction -> parts.add(interaction.getItemId()));
    return parts.finish(scope.getKind() == ScopeKind.ALL);
  }

  /** The withdrawal of a request, as the forget set learns of it. */
  ExpandedRequest withdrawal(DeletionRequested request) {
    return bare(request, PartKind.WITHDRAWAL);
  }

  /** Another deadline of a request, as the forget set learns of it. */
  ExpandedRequest extension(DeletionRequested request) {
    return bare(request, PartKind.EXTENSION);
  }

  private ExpandedRequest bare(DeletionRequested request, PartKind kind) {
    return new ExpandedRequest(
        request.getRequestId(),
        kind,
        false,
        modelId,
        request.getSubjectRef(),
        request.getAcceptedAt(),
        request.getDueAt(),
        List.of(),
        List.of(),
        false);
  }

  /** An item that arrived after the request that covers it, with the samples it brought about. */
  ExpandedRequest late(
      ErasureRecord request, InteractionRecorded interaction, List<Sample> samples) {
    return new ExpandedRequest(
        request.getRequestId(),
        PartKind.LATE,
        false,
        modelId,
        interaction.getSubjectRef(),
        request.getAcceptedAt(),
        request.getDueAt(),
        samples.stream().filter(rule::isTrainedOn).map(InternalBytes::of).toList(),
        List.of(interaction.getItemId()),
        false);
  }

  /** A profile that arrived after the request that covers all of the person. */
  ExpandedRequest lateProfile(ErasureRecord request, String subjectRef) {
    return new ExpandedRequest(
        request.getRequestId(),
        PartKind.LATE,
        false,
        modelId,
        subjectRef,
        request.getAcceptedAt(),
        request.getDueAt(),
        List.of(),
        List.of(),
        true);
  }

  private final class Parts {
    private final DeletionRequested request;
    private final List<ExpandedRequest> full = new ArrayList<>();
    private List<ByteBuffer> samples = new ArrayList<>();
    private List<String> itemIds = new ArrayList<>();
    private int bytes;

    Parts(DeletionRequested request) {
      this.request = request;
    }

    void add(Sample sample) {
      ByteBuffer encoded = InternalBytes.of(sample);
      makeRoom(encoded.remaining());
      samples.add(encoded);
    }

    void add(String itemId) {
      // Four bytes a character is the most that UTF-8 takes.
      makeRoom(4 * itemId.length() + Integer.BYTES);
      itemIds.add(itemId);
    }

    List<ExpandedRequest> finish(boolean eraseProfile) {
      full.add(part(true, eraseProfile));
      return full;
    }

    private void makeRoom(int more) {
      if (bytes > 0 && bytes + more > limits.partBytesMax()) {
        full.add(part(false, false));
        samples = new ArrayList<>();
        itemIds = new ArrayList<>();
        bytes = 0;
      }
      bytes += more;
    }

    private ExpandedRequest part(boolean last, boolean eraseProfile) {
      return new ExpandedRequest(
          request.getRequestId(),
          PartKind.PART,
          last,
          modelId,
          request.getSubjectRef(),
          request.getAcceptedAt(),
          request.getDueAt(),
          samples,
          itemIds,
          eraseProfile);
    }
  }
}
