package io.lethe.intake.kafka;

import io.lethe.intake.domain.ErasureScope;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import io.lethe.intake.domain.Shapes;
import io.lethe.intake.domain.Submission;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads records of deletion.submitted; what does not fit is refused by its field and shape. */
public final class SubmittedRecords {
  private final Deserializer<DeletionSubmitted> values;
  private final int itemsMax;

  /**
   * A submission as a record carries it.
   *
   * @param withdraw true when the record asks to take an earlier request back
   */
  public record Submitted(Submission submission, boolean withdraw) {}

  /** Reads values through this deserializer. */
  public SubmittedRecords(Deserializer<DeletionSubmitted> values, int itemsMax) {
    this.values = values;
    this.itemsMax = itemsMax;
  }

  /**
   * Reads a record.
   *
   * @throws SerializationException when the value is not the topic's Avro record
   * @throws RefusedException when a field has the wrong shape
   * @throws org.apache.kafka.common.errors.RetriableException when the registry is away
   */
  public Submitted read(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      throw new SerializationException("The key is null; key every record by its subjectRef.");
    }
    if (record.value() == null) {
      throw new SerializationException(
          "The value is null; a request is withdrawn by withdraw=true, not by a tombstone.");
    }
    DeletionSubmitted submitted = values.deserialize(record.topic(), record.value());
    requireSubject(submitted.getSubjectRef(), record.key());
    Submission submission =
        new Submission(
            Shapes.requestId(submitted.getRequestId()),
            submitted.getSubjectRef(),
            scope(submitted.getScope()),
            submitted.getRegime(),
            submitted.getSubmittedAt(),
            null,
            Shapes.source(submitted.getSource()),
            null);
    return new Submitted(submission, submitted.getWithdraw());
  }

  private static void requireSubject(String subjectRef, byte[] key) {
    if (!SubjectPseudonymizer.isSubjectRef(subjectRef)) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          "subjectRef",
          "subjectRef has "
              + subjectRef.length()
              + " characters that form no pseudonym; send the base32 HMAC-SHA256 of the account id"
              + " (52 characters), never the account id.");
    }
    if (!subjectRef.equals(new String(key, StandardCharsets.UTF_8))) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          "subjectRef",
          "The key has "
              + key.length
              + " bytes and differs from subjectRef; key every record by its subjectRef.");
    }
  }

  private ErasureScope scope(DeletionScope scope) {
    return ErasureScope.of(
        scope.getKind(), scope.getItemIds(), scope.getFrom(), scope.getUntil(), itemsMax);
  }
}
