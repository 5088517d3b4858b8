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
import io.lethe.schemas.seal.DataKey;
import io.lethe.schemas.seal.DataKeys;
import io.lethe.schemas.seal.SampleSeals;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Turns a request into what one model must forget, in parts that each fit a record. */
final class RequestExpansion {
  private final String modelId;
  private final SampleRule rule;
  private final ExpansionLimits limits;
  private final DataKeys keys;

  RequestExpansion(String modelId, SampleRule rule, ExpansionLimits limits, DataKeys keys) {
    this.modelId = modelId;
    this.rule = rule;
    this.limits = limits;
    this.keys = keys;
  }

  /**
   * The request's parts, at least one: a person of whom nothing is known still gets an answer.
   *
   * @param key what the request's data is sealed under
   */
  List<ExpandedRequest> expand(
      DeletionRequested request,
      SubjectProfile profile,
      List<InteractionRecorded> interactions,
      DataKey key) {
    DeletionScope scope = request.getScope();
    List<Sample> samples = SampleAssembler.assemble(profile, interactions, rule);
    Parts parts = new Parts(request, key);
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
        false,
        null,
        List.of());
  }

  /** An item that arrived after the request that covers it, with the samples it brought about. */
  ExpandedRequest late(
      ErasureRecord request, InteractionRecorded interaction, List<Sample> samples) {
    Stream<Sample> trainedOn = samples.stream().filter(rule::isTrainedOn);
    String keyId = request.getKeyId();
    Optional<DataKey> key = keyId == null ? Optional.empty() : keys.find(keyId);
    List<ByteBuffer> bytes;
    if (key.isPresent()) {
      bytes = trainedOn.map(sample -> SampleSeals.seal(key.get(), sample)).toList();
    } else {
      // A request whose key is destroyed is complete: what comes later is erased without more. An
      // earlier version's request never had one.
      bytes = keyId == null ? trainedOn.map(InternalBytes::of).toList() : List.of();
    }
    return new ExpandedRequest(
        request.getRequestId(),
        PartKind.LATE,
        false,
        modelId,
        interaction.getSubjectRef(),
        request.getAcceptedAt(),
        request.getDueAt(),
        bytes,
        // In clear, since it must be erased even where the key is destroyed on the way.
        List.of(interaction.getItemId()),
        false,
        key.map(DataKey::id).orElse(null),
        List.of());
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
        true,
        null,
        List.of());
  }

  private final class Parts {
    private final DeletionRequested request;
    private final List<ExpandedRequest> full = new ArrayList<>();
    private List<ByteBuffer> samples = new ArrayList<>();
    private final DataKey key;
    private List<ByteBuffer> itemIds = new ArrayList<>();
    private int bytes;

    Parts(DeletionRequested request, DataKey key) {
      this.request = request;
      this.key = key;
    }

    void add(Sample sample) {
      ByteBuffer encoded = SampleSeals.seal(key, sample);
      makeRoom(encoded.remaining() + Integer.BYTES);
      samples.add(encoded);
    }

    void add(String itemId) {
      ByteBuffer encoded = key.seal(StandardCharsets.UTF_8.encode(itemId));
      makeRoom(encoded.remaining() + Integer.BYTES);
      itemIds.add(encoded);
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
          List.of(),
          eraseProfile,
          key.id(),
          itemIds);
    }
  }
}
