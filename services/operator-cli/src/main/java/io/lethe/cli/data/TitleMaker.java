package io.lethe.cli.data;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Makes readable titles whose nouns belong to a genre, so that a title says what it is about. */
final class TitleMaker {
  static final Map<String, List<String>> NOUNS_BY_GENRE =
      new TreeMap<>(
          Map.of(
              "Western", List.of("Saddle", "Canyon", "Sheriff", "Prairie", "Outlaw", "Stagecoach"),
              "Space", List.of("Orbit", "Starship", "Nebula", "Moonbase", "Android", "Comet"),
              "Horror", List.of("Crypt", "Haunting", "Werewolf", "Coffin", "Nightmare", "Ghoul"),
              "Romance", List.of("Wedding", "Kiss", "Sweetheart", "Love Letter", "Bride", "Waltz"),
              "Crime", List.of("Heist", "Detective", "Alibi", "Gangster", "Murder", "Witness"),
              "War", List.of("Regiment", "Trench", "Battleship", "General", "Siege", "Front Line"),
              "Comedy", List.of("Prank", "Clown", "Mother-in-Law", "Babysitter", "Diet", "Blunder"),
              "Nature",
                  List.of("Penguin", "Forest", "Coral Reef", "Elephant", "Glacier", "Meadow")));

  private static final List<String> ADJECTIVES =
      List.of(
          "Silent",
          "Crimson",
          "Last",
          "Hidden",
          "Broken",
          "Golden",
          "Restless",
          "Distant",
          "Forgotten",
          "Burning",
          "Gentle",
          "Stolen",
          "Endless",
          "Secret",
          "Wandering",
          "Hollow",
          "Bright",
          "Bitter",
          "Northern",
          "Second");

  private static final List<String> PLACES =
      List.of(
          "Lisbon",
          "Winter Street",
          "the Valley",
          "Havana",
          "the Old Bridge",
          "Kyoto",
          "Maine",
          "the Lighthouse",
          "Cairo",
          "Platform Nine",
          "the River",
          "Dublin");

  /** Well under the number of different titles, so that drawing a fresh one stays quick. */
  static final int TITLES_MAX = 5_000;

  private final Set<String> taken = new HashSet<>();

  static List<String> genres() {
    return List.copyOf(NOUNS_BY_GENRE.keySet());
  }

  /** A title of the genre that was not made before. */
  String next(String genre, RandomGenerator random) {
    while (true) {
      String noun = pick(NOUNS_BY_GENRE.get(genre), random);
      String title =
          switch (random.nextInt(3)) {
            case 0 -> "The " + pick(ADJECTIVES, random) + " " + noun;
            case 1 -> "The " + noun + " of " + pick(PLACES, random);
            default -> pick(ADJECTIVES, random) + " " + noun + " of " + pick(PLACES, random);
          };
      if (taken.add(title)) {
        return title;
      }
    }
  }

  private static String pick(List<String> words, RandomGenerator random) {
    return words.get(random.nextInt(words.size()));
  }
}
