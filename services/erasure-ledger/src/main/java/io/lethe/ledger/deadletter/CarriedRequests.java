package io.lethe.ledger.deadletter;

import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.ForgetSetClosed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads which deletion requests a record carries, as far as it can be read at all. */
public final class CarriedRequests {
  /** How long a registry that was away is not asked again while letters are only counted. */
  private static final Duration REGISTRY_PAUSE = Duration.ofSeconds(30);

  private final Deserializer<? extends SpecificRecord> values;
  private final Clock clock;
  private Instant askAgainAt = Instant.MIN;

  /** Reads values through this deserializer. */
  public CarriedRequests(Deserializer<? extends SpecificRecord> values, Clock clock) {
    this.values = values;
    this.clock = clock;
  }

  /** The ids, or none while the registry is away: a letter is counted all the same. */
  public synchronized List<String> idsIfReadable(String sourceTopic, byte[] value) {
    Instant now = clock.instant();
    if (now.isBefore(askAgainAt)) {
      return List.of();
    }
    try {
      return ids(sourceTopic, value);
    } catch (RetriableException away) {
      askAgainAt = now.plus(REGISTRY_PAUSE);
      return List.of();
    }
  }

  /**
   * The ids; none where the record is unreadable or carries no request.
   *
   * @throws RetriableException when the registry is away
   */
  public List<String> ids(String sourceTopic, byte[] value) {
    if (value == null || !DeadLetterTable.OF_REQUESTS.contains(sourceTopic)) {
      return List.of();
    }
    SpecificRecord record;
    try {
      record = values.deserialize(sourceTopic, value);
    } catch (SerializationException unreadable) {
      return List.of();
    }
    if (record instanceof DeletionSubmitted submitted) {
      return List.of(submitted.getRequestId());
    }
    if (record instanceof DeletionRequested requested) {
      return List.of(requested.getRequestId());
    }
    return record instanceof ForgetSetClosed set ? List.copyOf(set.getRequestIds()) : List.of();
  }
}
