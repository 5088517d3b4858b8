package io.lethe.accumulator.domain;

import io.lethe.schemas.event.InteractionRecorded;
import java.util.List;
import java.util.Optional;

/** Each person's interactions in order of (recordedAt, itemId), at most one for each item. */
public interface Timeline {
  /** The person's interaction with the item. */
  Optional<InteractionRecorded> find(String subjectRef, String itemId);

  /** Keeps an interaction; the caller has removed the one with the same item before. */
  void put(InteractionRecorded interaction);

  void remove(InteractionRecorded interaction);

  /** The last interactions before this one, oldest first. */
  List<InteractionRecorded> before(InteractionRecorded position, int max);

  /** The first interactions after this one, oldest first. */
  List<InteractionRecorded> after(InteractionRecorded position, int max);

  /** The person's first interactions, oldest first. */
  List<InteractionRecorded> all(String subjectRef, int max);
}
