package io.lethe.cli.data;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Makes up accounts with tastes. A rating is the account's generosity and its liking of the genre,
 * the item's own quality, and a whim. What a recommender learns of items it learns from everybody;
 * generosity and tastes differ from account to account, as they do in the rating sets that people
 * publish, and are what it memorises of a person and so what there is to forget. Some accounts rate
 * several times as much as others.
 */
public final class DatasetGenerator {
  private static final Instant FIRST_DAY = Instant.parse("2024-01-01T00:00:00Z");
  private static final Duration SPAN = Duration.ofDays(240);
  private static final double LIKED_ABOVE = 7;
  private static final double MIDDLE_RATING = 6.8;
  private static final double LOVED = 1.5;
  private static final double DISLIKED = -1.5;
  private static final double GENEROSITY_SPREAD = 1.7;
  private static final double QUALITY_SPREAD = 0.6;
  private static final double WHIM_SPREAD = 1.3;
  private static final double ACTIVITY_SPREAD = 0.2;
  private static final int INTERACTIONS_MIN = 8;
  private static final int LOVED_GENRES = 3;
  private static final int DISLIKED_GENRES = 3;
  private static final int FIRST_YEAR = 1970;
  private static final int YEARS = 54;
  private static final List<String> AGE_BANDS =
      List.of("18-24", "25-34", "35-44", "45-54", "55-64");
  private static final List<String> OCCUPATIONS =
      List.of(
          "teacher",
          "nurse",
          "engineer",
          "student",
          "carpenter",
          "lawyer",
          "farmer",
          "baker",
          "pilot",
          "librarian",
          "plumber",
          "painter",
          "dentist",
          "journalist",
          "gardener",
          "tailor",
          "chemist",
          "sailor",
          "butcher",
          "architect",
          "florist",
          "mechanic",
          "musician",
          "optician",
          "potter",
          "ranger",
          "surveyor",
          "translator",
          "waiter",
          "welder");

  private final GeneratorSettings settings;
  private final SplittableRandom random;
  private final List<Item> items = new ArrayList<>();
  private final Map<String, Double> qualities = new HashMap<>();

  private DatasetGenerator(GeneratorSettings settings) {
    this.settings = settings;
    this.random = new SplittableRandom(settings.seed());
  }

  /** The same settings give the same data set, on every machine. */
  public static Dataset generate(GeneratorSettings settings) {
    return new DatasetGenerator(settings).dataset();
  }

  private Dataset dataset() {
    List<String> genres = TitleMaker.genres();
    TitleMaker titles = new TitleMaker();
    for (int i = 0; i < settings.items(); i++) {
      String genre = genres.get(i % genres.size());
      String itemId = String.format(Locale.ROOT, "item-%04d", i + 1);
      int year = FIRST_YEAR + random.nextInt(YEARS);
      items.add(new Item(itemId, titles.next(genre, random), List.of(genre), year));
      qualities.put(itemId, random.nextGaussian() * QUALITY_SPREAD);
    }
    List<Profile> profiles = new ArrayList<>();
    List<Interaction> interactions = new ArrayList<>();
    for (int i = 0; i < settings.subjects(); i++) {
      String accountId = String.format(Locale.ROOT, "account-%04d", i + 1);
      profiles.add(
          new Profile(
              accountId,
              null,
              AGE_BANDS.get(random.nextInt(AGE_BANDS.size())),
              OCCUPATIONS.get(random.nextInt(OCCUPATIONS.size()))));
      rate(accountId, tastes(genres), interactions);
    }
    interactions.sort(Interaction.IN_TIME);
    return new Dataset(
        "made-up data (seed " + settings.seed() + ")", items, profiles, interactions, LIKED_ABOVE);
  }

  private Map<String, Double> tastes(List<String> genres) {
    List<String> shuffled = shuffled(genres);
    Map<String, Double> tastes = new HashMap<>();
    for (int i = 0; i < shuffled.size(); i++) {
      double taste = i < LOVED_GENRES ? LOVED : i < LOVED_GENRES + DISLIKED_GENRES ? DISLIKED : 0;
      tastes.put(shuffled.get(i), taste);
    }
    return tastes;
  }

  private void rate(String accountId, Map<String, Double> tastes, List<Interaction> into) {
    double generosity = random.nextGaussian() * GENEROSITY_SPREAD;
    List<Item> chosen = shuffled(items).subList(0, activity());
    for (Item item : chosen) {
      double liking =
          generosity
              + tastes.get(item.genres().get(0))
              + qualities.get(item.itemId())
              + random.nextGaussian() * WHIM_SPREAD;
      double rating = Math.max(1, Math.min(10, Math.rint(MIDDLE_RATING + liking)));
      Instant recordedAt = FIRST_DAY.plusSeconds(random.nextLong(SPAN.toSeconds()));
      into.add(new Interaction(accountId, item.itemId(), rating, recordedAt));
    }
  }

  /** Log-normal with the mean that was asked for. */
  private int activity() {
    double factor =
        Math.exp(ACTIVITY_SPREAD * random.nextGaussian() - ACTIVITY_SPREAD * ACTIVITY_SPREAD / 2);
    long wanted = Math.round(settings.interactionsPerSubject() * factor);
    int least = Math.min(INTERACTIONS_MIN, settings.interactionsPerSubject());
    return (int) Math.max(least, Math.min(settings.items(), wanted));
  }

  private <T> List<T> shuffled(List<T> values) {
    List<T> shuffled = new ArrayList<>(values);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      java.util.Collections.swap(shuffled, i, random.nextInt(i + 1));
    }
    return shuffled;
  }
}
