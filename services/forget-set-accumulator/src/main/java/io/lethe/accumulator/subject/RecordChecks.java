package io.lethe.accumulator.subject;

import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.SubjectPartitioner;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.event.SubjectProfile;

/**
 * What a record must fulfil beyond its schema. Each refusal names the field, the shape of its value
 * and the remedy; the record becomes a dead letter.
 */
public final class RecordChecks {
  /** Longest identifier: prompts repeat item ids, so that one huge id would multiply. */
  static final int ID_CHARACTERS_MAX = 256;

  private final int partition;
  private final int partitions;

  /** Checks of one partition of the topics keyed by subject. */
  public RecordChecks(int partition, int partitions) {
    this.partition = partition;
    this.partitions = partitions;
  }

  /** The subjectRef of an interaction's key; checks a tombstone as well. */
  public String subjectOfInteraction(String key) {
    verify(key != null, "The key of interaction.recorded must be subjectRef/itemId; got null.");
    String subjectRef = InteractionKey.subjectRef(key);
    verifyLength("itemId", InteractionKey.itemId(key));
    verifyPlace(subjectRef);
    return subjectRef;
  }

  /** Checks an interaction against its key. */
  public void verify(String key, InteractionRecorded interaction) {
    verify(
        key.equals(interaction.getSubjectRef() + '/' + interaction.getItemId()),
        "The key of interaction.recorded must be subjectRef/itemId of its value; they differ. Key it by InteractionKey.of.");
    verify(
        Double.isFinite(interaction.getRating()),
        "rating must be a finite number; got " + interaction.getRating() + ".");
  }

  /** The subjectRef that is a key; checks a tombstone as well. */
  public String subject(String topic, String key) {
    verify(
        key != null && !key.isEmpty() && key.indexOf('/') < 0,
        "The key of "
            + topic
            + " must be a subjectRef; got "
            + (key == null ? "null" : key.length() + " characters")
            + ".");
    verifyPlace(key);
    return key;
  }

  /** Checks a profile against its key. */
  public void verify(String key, SubjectProfile profile) {
    verifySame("profile.subject", key, profile.getSubjectRef());
    verifyLength("gender", profile.getGender());
    verifyLength("ageBand", profile.getAgeBand());
    verifyLength("occupation", profile.getOccupation());
  }

  /** Checks a request against its key. */
  public void verify(String key, DeletionRequested request) {
    verifySame("deletion.requested", key, request.getSubjectRef());
    verify(!request.getRequestId().isBlank(), "requestId must not be blank; send a UUID.");
    verifyLength("requestId", request.getRequestId());
    verify(
        request.getAction() != DeletionAction.UNKNOWN,
        "action must be ERASE, WITHDRAW or EXTEND; it is unknown to this version.");
    if (request.getAction() == DeletionAction.EXTEND) {
      return;
    }
    ScopeKind kind = request.getScope().getKind();
    verify(
        kind != ScopeKind.UNKNOWN,
        "scope.kind must be ALL, ITEMS or TIME_RANGE; it is unknown to this version.");
    verify(
        kind != ScopeKind.ITEMS || !request.getScope().getItemIds().isEmpty(),
        "scope.itemIds must name an item when scope.kind is ITEMS; it is empty.");
  }

  private void verifySame(String topic, String key, String subjectRef) {
    verify(
        key.equals(subjectRef),
        "The key of " + topic + " must be the subjectRef of its value; they differ.");
  }

  private void verifyPlace(String subjectRef) {
    verifyLength("subjectRef", subjectRef);
    // A record elsewhere would be missed by the person's deletion request.
    int rightful = SubjectPartitioner.partitionOf(subjectRef, partitions);
    verify(
        rightful == partition,
        "The record lies in partition "
            + partition
            + " but its subjectRef belongs into "
            + rightful
            + "; send it with SubjectPartitioner.");
  }

  private static void verifyLength(String field, String value) {
    verify(
        value == null || value.length() <= ID_CHARACTERS_MAX,
        field
            + " must have at most "
            + ID_CHARACTERS_MAX
            + " characters; got "
            + (value == null ? 0 : value.length())
            + ".");
  }

  private static void verify(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
