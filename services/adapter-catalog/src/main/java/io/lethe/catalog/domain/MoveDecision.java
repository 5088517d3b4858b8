package io.lethe.catalog.domain;

import io.lethe.schemas.event.AdapterVersion;
import java.util.List;

/** What becomes of a move. */
public sealed interface MoveDecision {
  /**
   * It is done.
   *
   * @param records to be published together and in this order; the current version is the last, so
   *     that compaction keeps it
   */
  record Publish(List<AdapterVersion> records) implements MoveDecision {}

  /** It was done before, so there is nothing to do. */
  record Unchanged() implements MoveDecision {}

  /**
   * It is not done.
   *
   * @param detail the fact behind the reason, free of identities
   */
  record Refuse(MoveRefusal reason, String detail) implements MoveDecision {}
}
