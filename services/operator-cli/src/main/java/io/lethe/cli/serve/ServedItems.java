package io.lethe.cli.serve;

import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.InteractionRecorded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The few items of the run's catalogue: the first ones are ranked, the others are what the one
 * subject has seen.
 *
 * @param candidates how many are ranked
 * @param history how many were seen
 */
record ServedItems(int candidates, int history) {
  static final int CANDIDATES_MAX = 50;
  static final int HISTORY_MAX = 10;

  private static final Instant FIRST_SEEN = Instant.parse("2026-01-01T12:00:00Z");

  List<CatalogItem> items() {
    return IntStream.range(0, candidates + history)
        .mapToObj(number -> new CatalogItem(id(number), title(number), List.of(), null))
        .toList();
  }

  List<String> ranked() {
    return IntStream.range(0, candidates).mapToObj(ServedItems::id).toList();
  }

  List<InteractionRecorded> seenBy(String subjectRef) {
    return IntStream.range(0, history)
        .mapToObj(
            number ->
                new InteractionRecorded(
                    subjectRef,
                    id(candidates + number),
                    rating(number),
                    FIRST_SEEN.plusSeconds(number)))
        .toList();
  }

  /** The prompts that the server makes, in the order of {@link #ranked}. */
  List<Prompt> prompts() {
    List<Viewed> seen = new ArrayList<>();
    for (int number = 0; number < history; number++) {
      seen.add(new Viewed(title(candidates + number), rating(number)));
    }
    return IntStream.range(0, candidates)
        .mapToObj(number -> new Prompt(null, seen, title(number)))
        .toList();
  }

  private static String id(int number) {
    return "item-" + number;
  }

  private static String title(int number) {
    return "The Film of Number " + number;
  }

  private static double rating(int number) {
    return 1 + number % 5;
  }
}
