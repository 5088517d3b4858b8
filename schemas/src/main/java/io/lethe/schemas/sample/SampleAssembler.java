package io.lethe.schemas.sample;

import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.HistoryEntry;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.SubjectProfile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes one person's samples out of that person's interactions, and finds those that a deletion
 * reaches.
 */
public final class SampleAssembler {
  private static final int SAMPLE_ID_DIGITS = 32;

  /** Ties in time are broken by item, so that every machine sees the same order. */
  private static final Comparator<InteractionRecorded> IN_ORDER =
      Comparator.comparing(InteractionRecorded::getRecordedAt)
          .thenComparing(InteractionRecorded::getItemId);

  private SampleAssembler() {}

  /**
   * The samples of one person: one for each target with enough earlier interactions, trained on and
   * held out alike.
   *
   * @param profile what prompts may say of the person; null when nothing is known
   * @param interactions the person's interactions, at most one for each item
   * @return samples ordered by (recordedAt, itemId)
   * @throws IllegalArgumentException when the interactions are of several persons or rate an item
   *     twice
   */
  public static List<Sample> assemble(
      SubjectProfile profile, List<InteractionRecorded> interactions, SampleRule rule) {
    List<InteractionRecorded> ordered = interactions.stream().sorted(IN_ORDER).toList();
    verifyOnePerson(ordered);
    List<Sample> samples = new ArrayList<>(ordered.size());
    for (int target = rule.historyMin(); target < ordered.size(); target++) {
      List<InteractionRecorded> history =
          ordered.subList(Math.max(0, target - rule.historyMax()), target);
      samples.add(sampleOf(profile, history, ordered.get(target), rule));
    }
    return List.copyOf(samples);
  }

  /**
   * The samples that a deletion obliges a model to forget. Deleting one interaction reaches the
   * sample whose target it is and every later sample whose prompt shows it.
   *
   * @param samples the person's samples, from {@link #assemble}
   * @param interactions the interactions they were assembled from: a prompt does not say when its
   *     history was rated
   * @return the affected samples in their given order
   * @throws IllegalArgumentException when the scope's kind is unknown
   */
  public static List<Sample> affectedBy(
      List<Sample> samples, List<InteractionRecorded> interactions, DeletionScope scope) {
    return switch (scope.getKind()) {
      case ALL -> List.copyOf(samples);
      case ITEMS -> touching(samples, Set.copyOf(scope.getItemIds()));
      case TIME_RANGE -> touching(samples, itemsRatedWithin(interactions, scope));
      case UNKNOWN ->
          throw new IllegalArgumentException("scope.kind must be ALL, ITEMS or TIME_RANGE.");
    };
  }

  /** True when the scope asks for this interaction to be erased. */
  public static boolean covers(DeletionScope scope, InteractionRecorded interaction) {
    return switch (scope.getKind()) {
      case ALL -> true;
      case ITEMS -> scope.getItemIds().contains(interaction.getItemId());
      case TIME_RANGE -> isWithin(scope, interaction.getRecordedAt());
      case UNKNOWN ->
          throw new IllegalArgumentException("scope.kind must be ALL, ITEMS or TIME_RANGE.");
    };
  }

  /**
   * Name of a sample: the first 32 hex digits of SHA-256 over subjectRef, itemId and the epoch
   * milliseconds, one a line.
   */
  public static String sampleId(String subjectRef, String itemId, Instant recordedAt) {
    String text = subjectRef + '\n' + itemId + '\n' + recordedAt.toEpochMilli() + '\n';
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, SAMPLE_ID_DIGITS);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(
          "Every Java runtime has SHA-256; this one does not.", impossible);
    }
  }

  private static Sample sampleOf(
      SubjectProfile profile,
      List<InteractionRecorded> history,
      InteractionRecorded target,
      SampleRule rule) {
    return Sample.newBuilder()
        .setSampleId(sampleId(target.getSubjectRef(), target.getItemId(), target.getRecordedAt()))
        .setSubjectRef(target.getSubjectRef())
        .setItemId(target.getItemId())
        .setRating(target.getRating())
        .setRecordedAt(target.getRecordedAt())
        .setLiked(target.getRating() > rule.likedAbove())
        .setHistory(
            history.stream()
                .map(earlier -> new HistoryEntry(earlier.getItemId(), earlier.getRating()))
                .collect(Collectors.toList()))
        .setProfile(profile)
        .build();
  }

  private static List<Sample> touching(List<Sample> samples, Set<String> itemIds) {
    return samples.stream()
        .filter(
            sample ->
                itemIds.contains(sample.getItemId())
                    || sample.getHistory().stream()
                        .anyMatch(entry -> itemIds.contains(entry.getItemId())))
        .toList();
  }

  private static Set<String> itemsRatedWithin(
      List<InteractionRecorded> interactions, DeletionScope scope) {
    return interactions.stream()
        .filter(interaction -> isWithin(scope, interaction.getRecordedAt()))
        .map(InteractionRecorded::getItemId)
        .collect(Collectors.toSet());
  }

  private static boolean isWithin(DeletionScope scope, Instant recordedAt) {
    return (scope.getFrom() == null || !recordedAt.isBefore(scope.getFrom()))
        && (scope.getUntil() == null || recordedAt.isBefore(scope.getUntil()));
  }

  private static void verifyOnePerson(List<InteractionRecorded> interactions) {
    Set<String> itemIds = new HashSet<>();
    for (InteractionRecorded interaction : interactions) {
      if (!interaction.getSubjectRef().equals(interactions.get(0).getSubjectRef())) {
        throw new IllegalArgumentException("Assemble the samples of one subjectRef at a time.");
      }
      if (!itemIds.add(interaction.getItemId())) {
        throw new IllegalArgumentException(
            "An item is rated twice; keep the latest interaction of each item, as the topic's compaction does.");
      }
    }
  }
}
