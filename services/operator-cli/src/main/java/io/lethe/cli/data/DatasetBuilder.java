package io.lethe.cli.data;

import io.lethe.cli.CliException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gathers rows of items, accounts and ratings in any order and checks them against each other. */
final class DatasetBuilder {
  private static final Pattern TITLE_WITH_YEAR =
      Pattern.compile("(?<title>.+?)\\s*\\((?<year>[12][0-9]{3})\\)\\s*");

  /** Ratings up to this are on a scale of five, above it on a scale of ten. */
  private static final double SCALE_OF_FIVE_MAX = 5;

  private static final double LIKED_ABOVE_OF_FIVE = 3;
  private static final double LIKED_ABOVE_OF_TEN = 7;

  private final Map<String, Item> items = new TreeMap<>();
  private final Map<String, Profile> profiles = new TreeMap<>();
  private final Map<String, Map<String, Interaction>> interactions = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private double highestRating;

  void item(Row row) {
    String itemId = name(row.text("item"));
    Integer year = row.optional("year") == null ? null : Integer.valueOf((int) row.number("year"));
    String title = row.text("title");
    Matcher matcher = TITLE_WITH_YEAR.matcher(title);
    if (matcher.matches()) {
      title = matcher.group("title");
      year = Integer.valueOf(matcher.group("year"));
    }
    String genres = row.optional("genres");
    items.put(itemId, new Item(itemId, title, genres == null ? List.of() : genresOf(genres), year));
  }

  void profile(Profile profile) {
    profiles.put(profile.accountId(), profile);
  }

  /** Adds a rating; of several by one account for one item the latest stands. */
  void rating(Row row) {
    Interaction interaction =
        new Interaction(
            name(row.text("account")),
            name(row.text("item")),
            row.number("rating"),
            row.time("timestamp"));
    highestRating = Math.max(highestRating, interaction.rating());
    interactions
        .computeIfAbsent(interaction.accountId(), account -> new HashMap<>())
        .merge(
            interaction.itemId(),
            interaction,
            (before, now) -> now.recordedAt().isBefore(before.recordedAt()) ? before : now);
  }

  /**
   * @param likedAbove the caller's threshold, or null to take the scale's own
   */
  Dataset build(String name, Double likedAbove) {
    List<Interaction> sorted = new ArrayList<>();
    interactions.values().forEach(ofAccount -> sorted.addAll(ofAccount.values()));
    if (sorted.isEmpty()) {
      throw new CliException(name + " holds no ratings", "give a file with at least one rating");
    }
    sorted.sort(Interaction.IN_TIME);
    for (Interaction interaction : sorted) {
      if (!items.containsKey(interaction.itemId())) {
        throw new CliException(
            name
                + " rates an item that its item table lacks (id of "
                + interaction.itemId().length()
                + " characters)",
            "add the item with its title, or leave its ratings out");
      }
    }
    profiles.keySet().retainAll(interactions.keySet());
    return new Dataset(
        name,
        List.copyOf(items.values()),
        List.copyOf(profiles.values()),
        sorted,
        likedAbove != null ? likedAbove : defaultLikedAbove());
  }

  private double defaultLikedAbove() {
    return highestRating <= SCALE_OF_FIVE_MAX ? LIKED_ABOVE_OF_FIVE : LIKED_ABOVE_OF_TEN;
  }

  private static List<String> genresOf(String genres) {
    return Pattern.compile("\\|").splitAsStream(genres).filter(genre -> !genre.isBlank()).toList();
  }

  /** One object per distinct identifier: a million ratings name few accounts and items. */
  private String name(String identifier) {
    return names.computeIfAbsent(identifier, same -> same);
  }
}
