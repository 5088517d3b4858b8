package io.lethe.cli.bench;

import io.lethe.cli.CliException;
import io.lethe.engine.Example;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a protocol gives: rows to train on, the subjects among them that ask to be forgotten, and
 * rows that no recommender is trained on.
 *
 * @param protocol its name
 * @param source the data's name, for people
 * @param train rows the original is tuned on
 * @param erasedSubjects whose rows of {@code train} are to be forgotten
 * @param valid rows that settings and checkpoints may be chosen on
 * @param test rows that only figures are made of
 * @param likedAbove a rating above it counts as liked
 */
public record BenchData(
    String protocol,
    String source,
    List<BenchRow> train,
    Set<String> erasedSubjects,
    List<BenchRow> valid,
    List<BenchRow> test,
    double likedAbove) {
  public BenchData {
    train = List.copyOf(train);
    erasedSubjects = Set.copyOf(erasedSubjects);
    valid = List.copyOf(valid);
    test = List.copyOf(test);
    requireRows("train", train);
    requireRows("valid", valid);
    requireRows("test", test);
  }

  /** Rows to forget. */
  public List<Example> forget() {
    return part(true);
  }

  /** Rows to keep. */
  public List<Example> retain() {
    return part(false);
  }

  private List<Example> part(boolean erased) {
    return train.stream()
        .filter(row -> erasedSubjects.contains(row.subject()) == erased)
        .map(BenchRow::example)
        .toList();
  }

  /** The same rows with numbers in place of the accounts' own identifiers. */
  BenchData numbered() {
    Map<String, String> numbers = new HashMap<>();
    java.util.stream.Stream.of(train, valid, test)
        .flatMap(List::stream)
        .map(BenchRow::subject)
        .distinct()
        .sorted()
        .forEach(
            account ->
                numbers.put(
                    account, String.format(Locale.ROOT, "subject-%06d", numbers.size() + 1)));
    return new BenchData(
        protocol,
        source,
        numbered(train, numbers),
        erasedSubjects.stream().map(numbers::get).collect(Collectors.toSet()),
        numbered(valid, numbers),
        numbered(test, numbers),
        likedAbove);
  }

  private static List<BenchRow> numbered(List<BenchRow> rows, Map<String, String> numbers) {
    return rows.stream()
        .map(row -> new BenchRow(row.example(), numbers.get(row.subject())))
        .toList();
  }

  public static List<Example> examples(List<BenchRow> rows) {
    return rows.stream().map(BenchRow::example).toList();
  }

  /**
   * Cut to size, whole subjects of the training rows and single rows of the others, so that the
   * erased subjects keep their share of the training rows.
   *
   * @param trainRows training rows at most; 0 keeps all
   * @param forgetUsers erased subjects at most; 0 keeps all
   * @param validRows rows kept of {@code valid} at most; 0 keeps all
   * @param testRows the same of {@code test}
   * @param seed chooses subjects and rows
   */
  public BenchData sized(int trainRows, int forgetUsers, int validRows, int testRows, long seed) {
    Map<String, List<BenchRow>> bySubject =
        train.stream()
            .collect(Collectors.groupingBy(BenchRow::subject, TreeMap::new, Collectors.toList()));
    List<String> erased = shuffled(bySubject, true, seed);
    List<String> kept = shuffled(bySubject, false, seed + 1);
    if (forgetUsers > 0) {
      erased = erased.subList(0, Math.min(forgetUsers, erased.size()));
    }
    Set<String> chosen = new HashSet<>(erased);
    chosen.addAll(kept);
    if (trainRows > 0 && trainRows < train.size()) {
      double share = (double) rowsOf(erased, bySubject) / rowsOf(chosen, bySubject);
      Set<String> fitting = fitting(erased, bySubject, Math.round(trainRows * share));
      fitting.addAll(fitting(kept, bySubject, trainRows - rowsOf(fitting, bySubject)));
      chosen = fitting;
    }
    Set<String> finallyErased = new HashSet<>(erased);
    finallyErased.retainAll(chosen);
    if (finallyErased.isEmpty() || finallyErased.size() == chosen.size()) {
      throw new CliException(
          "of " + chosen.size() + " subjects " + finallyErased.size() + " are to be forgotten",
          "give more --train-rows, so that some are forgotten and some kept");
    }
    Set<String> all = chosen;
    return new BenchData(
        protocol,
        source,
        train.stream().filter(row -> all.contains(row.subject())).toList(),
        finallyErased,
        some(valid, validRows, seed + 2),
        some(test, testRows, seed + 3),
        likedAbove);
  }

  /** No more than the first rows of each subject of the training rows. */
  BenchData withSubjectRowsMax(int subjectRowsMax) {
    Map<String, Integer> kept = new HashMap<>();
    return new BenchData(
        protocol,
        source,
        train.stream()
            .filter(row -> kept.merge(row.subject(), 1, Integer::sum) <= subjectRowsMax)
            .toList(),
        erasedSubjects,
        valid,
        test,
        likedAbove);
  }

  private List<String> shuffled(Map<String, List<BenchRow>> bySubject, boolean erased, long seed) {
    List<String> subjects =
        new ArrayList<>(
            bySubject.keySet().stream()
                .filter(subject -> erasedSubjects.contains(subject) == erased)
                .toList());
    Collections.shuffle(subjects, new Random(seed));
    return subjects;
  }

  /** Subjects in order as long as their rows fit; one too heavy is passed over. */
  private static Set<String> fitting(
      List<String> subjects, Map<String, List<BenchRow>> bySubject, long rowsMax) {
    Set<String> fitting = new HashSet<>();
    long rows = 0;
    for (String subject : subjects) {
      int ofSubject = bySubject.get(subject).size();
      if (rows + ofSubject <= rowsMax) {
        fitting.add(subject);
        rows += ofSubject;
      }
    }
    return fitting;
  }

  private static long rowsOf(Iterable<String> subjects, Map<String, List<BenchRow>> bySubject) {
    long rows = 0;
    for (String subject : subjects) {
      rows += bySubject.get(subject).size();
    }
    return rows;
  }

  private static List<BenchRow> some(List<BenchRow> rows, int rowsMax, long seed) {
    if (rowsMax == 0 || rowsMax >= rows.size()) {
      return rows;
    }
    List<BenchRow> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(seed));
    return List.copyOf(shuffled.subList(0, rowsMax));
  }

  private void requireRows(String part, List<BenchRow> rows) {
    if (rows.isEmpty()) {
      throw new CliException(
          source + " gives no " + part + " rows", "give data with more interactions");
    }
  }
}
