package io.lethe.accumulator.subject;

import io.lethe.accumulator.domain.Timeline;
import io.lethe.schemas.event.InteractionRecorded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A timeline in two stores: neither a heavy subject's size nor its age makes one interaction dearer
 * than another.
 */
final class StoredTimeline implements Timeline {
  private static final char SEPARATOR = '/';

  /** The character after the separator: the end of a person's range. */
  private static final char AFTER_SEPARATOR = SEPARATOR + 1;

  private static final int TIME_DIGITS = 16;

  private final KeyValueStore<String, Double> ratings;
  private final KeyValueStore<String, Long> ratedAt;

  StoredTimeline(KeyValueStore<String, Double> ratings, KeyValueStore<String, Long> ratedAt) {
    this.ratings = ratings;
    this.ratedAt = ratedAt;
  }

  @Override
  public Optional<InteractionRecorded> find(String subjectRef, String itemId) {
    Long millis = ratedAt.get(subjectRef + SEPARATOR + itemId);
    if (millis == null) {
      return Optional.empty();
    }
    Instant recordedAt = Instant.ofEpochMilli(millis);
    Double rating = ratings.get(key(subjectRef, recordedAt, itemId));
    return Optional.of(new InteractionRecorded(subjectRef, itemId, rating, recordedAt));
  }

  @Override
  public void put(InteractionRecorded interaction) {
    ratedAt.put(
        interaction.getSubjectRef() + SEPARATOR + interaction.getItemId(),
        interaction.getRecordedAt().toEpochMilli());
    ratings.put(keyOf(interaction), interaction.getRating());
  }

  @Override
  public void remove(InteractionRecorded interaction) {
    ratedAt.delete(interaction.getSubjectRef() + SEPARATOR + interaction.getItemId());
    ratings.delete(keyOf(interaction));
  }

  @Override
  public List<InteractionRecorded> before(InteractionRecorded position, int max) {
    String subjectRef = position.getSubjectRef();
    String here = keyOf(position);
    try (KeyValueIterator<String, Double> range =
        ratings.reverseRange(subjectRef + SEPARATOR, here)) {
      List<InteractionRecorded> found = read(range, subjectRef, here, max);
      Collections.reverse(found);
      return found;
    }
  }

  @Override
  public List<InteractionRecorded> after(InteractionRecorded position, int max) {
    String subjectRef = position.getSubjectRef();
    String here = keyOf(position);
    try (KeyValueIterator<String, Double> range =
        ratings.range(here, subjectRef + AFTER_SEPARATOR)) {
      return read(range, subjectRef, here, max);
    }
  }

  @Override
  public List<InteractionRecorded> all(String subjectRef, int max) {
    try (KeyValueIterator<String, Double> range =
        ratings.range(subjectRef + SEPARATOR, subjectRef + AFTER_SEPARATOR)) {
      return read(range, subjectRef, null, max);
    }
  }

  private static List<InteractionRecorded> read(
      KeyValueIterator<String, Double> range, String subjectRef, String except, int max) {
    List<InteractionRecorded> found = new ArrayList<>();
    while (found.size() < max && range.hasNext()) {
      KeyValue<String, Double> entry = range.next();
      if (!entry.key.equals(except)) {
        found.add(interaction(subjectRef, entry));
      }
    }
    return found;
  }

  private static InteractionRecorded interaction(
      String subjectRef, KeyValue<String, Double> entry) {
    int time = subjectRef.length() + 1;
    int item = time + TIME_DIGITS + 1;
    long millis =
        HexFormat.fromHexDigitsToLong(entry.key, time, time + TIME_DIGITS) ^ Long.MIN_VALUE;
    return new InteractionRecorded(
        subjectRef, entry.key.substring(item), entry.value, Instant.ofEpochMilli(millis));
  }

  private static String keyOf(InteractionRecorded interaction) {
    return key(interaction.getSubjectRef(), interaction.getRecordedAt(), interaction.getItemId());
  }

  private static String key(String subjectRef, Instant recordedAt, String itemId) {
    // With the sign bit turned, times before 1970 sort before those after it.
    String time = HexFormat.of().toHexDigits(recordedAt.toEpochMilli() ^ Long.MIN_VALUE);
    return subjectRef + SEPARATOR + time + SEPARATOR + itemId;
  }
}
