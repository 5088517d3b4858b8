package io.lethe.cli.data;

import java.util.List;
import java.util.Map;

/** What the code numbers in MovieLens' users.dat mean, worded as prompts show it. */
final class MovieLensCodes {
  private static final Map<String, String> AGE_BANDS =
      Map.of(
          "1", "under 18",
          "18", "18-24",
          "25", "25-34",
          "35", "35-44",
          "45", "45-49",
          "50", "50-55",
          "56", "56 or older");

  private static final List<String> OCCUPATIONS =
      List.of(
          "other",
          "educator",
          "artist",
          "clerk",
          "student",
          "customer service",
          "doctor",
          "executive",
          "farmer",
          "homemaker",
          "school student",
          "lawyer",
          "programmer",
          "retired",
          "salesperson",
          "scientist",
          "self-employed",
          "engineer",
          "craftsperson",
          "unemployed",
          "writer");

  private MovieLensCodes() {}

  static Profile profile(Row row) {
    String gender = row.text("gender");
    String ageBand = AGE_BANDS.get(row.text("age"));
    if (ageBand == null) {
      throw row.bad(
          "age", "one of MovieLens' age codes " + AGE_BANDS.keySet().stream().sorted().toList());
    }
    int occupation = (int) row.number("occupation");
    if (occupation < 0 || occupation >= OCCUPATIONS.size()) {
      throw row.bad("occupation", "one of MovieLens' codes 0 to " + (OCCUPATIONS.size() - 1));
    }
    return new Profile(
        row.text("account"),
        switch (gender) {
          case "M" -> "male";
          case "F" -> "female";
          default -> throw row.bad("gender", "M or F");
        },
        ageBand,
        OCCUPATIONS.get(occupation));
  }
}
