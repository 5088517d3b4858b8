package io.lethe.cli.data;

import io.lethe.cli.CliException;
import io.lethe.engine.Example;
import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a window of samples that were cut, split and marked beforehand: one CSV row a sample, with
 * the history as {@code item:rating} pairs, oldest first. Titles and profiles come from MovieLens'
 * own tables.
 */
public final class WindowReader {
  private static final List<String> COLUMNS =
      List.of("row", "account", "item", "label", "split", "forgetuser", "history");
  private static final List<String> OWN_COLUMNS = List.of("split", "forget_user", "history");
  private static final int HEADER_BYTES_MAX = 512;
  private static final List<String> ITEM_COLUMNS = List.of("item", "title", "genres");
  private static final List<String> USER_COLUMNS =
      List.of("account", "gender", "age", "occupation", "zip");

  private final Map<String, String> titles = new HashMap<>();
  private final Map<String, String> profiles = new HashMap<>();
  private final List<WindowRow> rows = new ArrayList<>();

  private WindowReader() {}

  /** Which part of the window a row belongs to. */
  public enum Split {
    TRAIN,
    VALID,
    TEST
  }

  /**
   * One sample.
   *
   * @param accountId whose it is
   * @param erased whether that account asks to be forgotten
   */
  public record WindowRow(Example example, String accountId, Split split, boolean erased) {}

  /** Whether a file's first line names the columns that windows alone have. */
  public static boolean isWindow(Path file) {
    String name = file.getFileName().toString();
    if (!Files.isRegularFile(file) || !name.replaceFirst("\\.xz$", "").endsWith(".csv")) {
      return false;
    }
    boolean[] found = new boolean[1];
    DataFiles.visit(
        file,
        (table, content) -> {
          String begin = new String(content.readNBytes(HEADER_BYTES_MAX), StandardCharsets.UTF_8);
          String header = begin.lines().findFirst().orElse("");
          found[0] = List.of(header.split(",")).containsAll(OWN_COLUMNS);
        });
    return found[0];
  }

  /**
   * @param window the CSV file, packed or not
   * @param tables folder or {@code .tar.xz} with {@code movies.dat}, and {@code users.dat} where
   *     prompts shall show profiles
   */
  public static List<WindowRow> read(Path window, Path tables) {
    WindowReader reader = new WindowReader();
    DataFiles.visit(tables, reader::table);
    if (reader.titles.isEmpty()) {
      throw new CliException(
          tables + " holds no movies.dat",
          "give --titles the MovieLens release, whose titles it has");
    }
    DataFiles.visit(window, (name, content) -> Tables.csv(name, content, COLUMNS, reader::sample));
    if (reader.rows.isEmpty()) {
      throw new CliException(window + " holds no samples", "give a window with at least one row");
    }
    return List.copyOf(reader.rows);
  }

  /** The tables that lie beside a window: the folder or archive of the release it was cut from. */
  public static Path tablesBeside(Path window) {
    Path folder = window.toAbsolutePath().getParent();
    return Stream.of("ml-1m", "ml-1m.tar.xz", ".")
        .map(folder::resolve)
        .filter(
            path ->
                Files.isDirectory(path)
                    ? Files.isRegularFile(path.resolve("movies.dat"))
                    : Files.isRegularFile(path))
        .findFirst()
        .map(Path::normalize)
        .orElseThrow(
            () ->
                new CliException(
                    "there is no ml-1m, ml-1m.tar.xz or movies.dat beside " + window,
                    "give --titles the MovieLens release, whose titles the window lacks"));
  }

  private void table(String name, InputStream content) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "movies.dat" ->
          Tables.doubleColon(
              name, content, ITEM_COLUMNS, row -> titles.put(row.text("item"), row.text("title")));
      case "users.dat" ->
          Tables.doubleColon(
              name, content, USER_COLUMNS, row -> profile(MovieLensCodes.profile(row)));
      default -> {
        // Releases ship notes and ratings beside these tables.
      }
    }
  }

  private void profile(Profile profile) {
    profiles.put(
        profile.accountId(),
        Stream.of(profile.gender(), profile.ageBand(), profile.occupation())
            .filter(Objects::nonNull)
            .collect(Collectors.joining(", ")));
  }

  private void sample(Row row) {
    String account = row.text("account");
    List<Viewed> history = new ArrayList<>();
    String text = row.optional("history");
    if (text != null) {
      for (String pair : text.split(" ")) {
        history.add(viewed(row, pair));
      }
    }
    Prompt prompt = new Prompt(profiles.get(account), history, title(row, row.text("item")));
    // Rows are batched in the order of their ids, so digits are filled up to one length.
    String id = String.format(Locale.ROOT, "row-%07d", (long) row.number("row"));
    rows.add(
        new WindowRow(
            new Example(id, prompt, flag(row, "label")),
            account,
            split(row),
            flag(row, "forgetuser")));
  }

  private Viewed viewed(Row row, String pair) {
    int colon = pair.indexOf(':');
    try {
      return new Viewed(
          title(row, pair.substring(0, Math.max(0, colon))),
          Double.parseDouble(pair.substring(colon + 1)));
    } catch (NumberFormatException notRating) {
      throw row.bad("history", "pairs such as 3578:4, parted by spaces");
    }
  }

  private String title(Row row, String itemId) {
    String title = titles.get(itemId);
    if (title == null) {
      throw row.bad("history", "made of items that movies.dat has, as the item itself must be");
    }
    return title;
  }

  private static Split split(Row row) {
    return switch (row.text("split")) {
      case "train" -> Split.TRAIN;
      case "valid" -> Split.VALID;
      case "test" -> Split.TEST;
      default -> throw row.bad("split", "train, valid or test");
    };
  }

  private static boolean flag(Row row, String column) {
    return switch (row.text(column)) {
      case "1" -> true;
      case "0" -> false;
      default -> throw row.bad(column, "0 or 1");
    };
  }
}
