package io.lethe.cli.data;

import io.lethe.cli.CliException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Reads a data set from files: MovieTweetings, MovieLens (both generations), or one CSV file whose
 * rows carry the title. Which it is follows from the files' names.
 */
public final class DatasetReader {
  private static final List<String> ITEM_COLUMNS = List.of("item", "title", "genres");
  private static final List<String> RATING_COLUMNS =
      List.of("account", "item", "rating", "timestamp");
  private static final List<String> USER_COLUMNS =
      List.of("account", "gender", "age", "occupation", "zip");

  private final DatasetBuilder builder = new DatasetBuilder();
  private boolean itemsSeen;
  private boolean ratingsSeen;

  private DatasetReader() {}

  /**
   * @param path a folder, a {@code .tar.xz}, a {@code .csv} or a {@code .csv.xz}
   * @param likedAbove ratings above it count as liked; null takes 3 on a scale of five and 7 on a
   *     scale of ten
   * @throws CliException naming file, line, field and the value's shape when something is wrong
   */
  public static Dataset read(Path path, Double likedAbove) {
    DatasetReader reader = new DatasetReader();
    String name = path.toAbsolutePath().normalize().getFileName().toString();
    boolean csvAlone = !Files.isDirectory(path) && name.matches(".*\\.csv(\\.xz)?");
    DataFiles.visit(path, csvAlone ? reader::alone : reader::table);
    if (!reader.ratingsSeen || !reader.itemsSeen) {
      throw new CliException(
          name + " holds no " + (reader.ratingsSeen ? "titles" : "ratings"),
          "give MovieTweetings (ratings.csv, movies.csv), MovieLens (ratings.dat, movies.dat) or"
              + " one CSV file with the columns user_id, movie_id, rating, timestamp and title");
    }
    return reader.builder.build(name, likedAbove);
  }

  private void table(String name, InputStream content) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "movies.csv", "items.csv" -> {
        itemsSeen = true;
        Tables.csv(name, content, List.of("item", "title"), builder::item);
      }
      case "ratings.csv" -> {
        ratingsSeen = true;
        Tables.csv(name, content, RATING_COLUMNS, builder::rating);
      }
      case "movies.dat" -> {
        itemsSeen = true;
        Tables.doubleColon(name, content, ITEM_COLUMNS, builder::item);
      }
      case "ratings.dat", "ratings.imputed.dat" -> {
        ratingsSeen = true;
        Tables.doubleColon(name, content, RATING_COLUMNS, builder::rating);
      }
      case "users.dat" ->
          Tables.doubleColon(
              name, content, USER_COLUMNS, row -> builder.profile(MovieLensCodes.profile(row)));
      default -> {
        // Sources ship licences, tags and corrections beside their tables.
      }
    }
  }

  /** One CSV file alone carries the titles beside the ratings. */
  private void alone(String name, InputStream content) {
    itemsSeen = true;
    ratingsSeen = true;
    Tables.csv(
        name,
        content,
        List.of("account", "item", "rating", "timestamp", "title"),
        row -> {
          builder.item(row);
          builder.rating(row);
        });
  }
}
