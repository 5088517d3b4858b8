package io.lethe.cli.data;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that choose a data set, shared by every command that reads one. */
public final class DatasetOptions {
  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = {
        "MovieTweetings or MovieLens as a folder or .tar.xz, or one CSV file",
        "(user_id,movie_id,rating,timestamp,title), .csv or .csv.xz.",
        "Left out: made-up data."
      })
  private Path data;

  @Option(
      names = "--subjects",
      paramLabel = "N",
      description = "Keep N accounts that have enough interactions (0: all).")
  private int subjects;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Keep about N interactions, the same number of each account (0: all).")
  private int rows;

  @Option(
      names = "--items",
      paramLabel = "N",
      defaultValue = "400",
      description = "Items of made-up data (${DEFAULT-VALUE}).")
  private int items;

  @Option(
      names = "--liked-above",
      paramLabel = "RATING",
      description = "A rating above it counts as liked (default: 3 of 5, 7 of 10).")
  private Double likedAbove;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Chooses accounts and makes up data (${DEFAULT-VALUE}).")
  private long seed;

  /** True when no file was given. */
  public boolean isMadeUp() {
    return data == null;
  }

  public long seed() {
    return seed;
  }

  /** Keeps the caller's choice, or puts these where none was made. */
  public void defaultSlice(int newSubjects, int newRows) {
    subjects = subjects == 0 ? newSubjects : subjects;
    rows = rows == 0 ? newRows : rows;
  }

  /** Reads, or makes up, and cuts to size. */
  public Dataset dataset() {
    if (data != null) {
      return SliceSelector.select(DatasetReader.read(data, likedAbove), subjects, rows, seed);
    }
    GeneratorSettings defaults = GeneratorSettings.DEFAULTS;
    int accounts = subjects == 0 ? defaults.subjects() : subjects;
    int each =
        rows == 0
            ? Math.min(items, defaults.interactionsPerSubject())
            : Math.max(1, rows / accounts);
    return DatasetGenerator.generate(new GeneratorSettings(accounts, each, items, seed));
  }
}
