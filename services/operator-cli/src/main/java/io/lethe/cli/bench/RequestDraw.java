package io.lethe.cli.bench;

import io.lethe.cli.CliException;
import io.lethe.engine.Prompt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Draws requests from all subjects that were trained on: of one, two, four and eight subjects in
 * turn. A single subject is in turn one with few, with middling and with many rows, and every
 * fourth of them takes back one interaction only.
 */
final class RequestDraw {
  /** Subjects of a request, in turn. */
  static final List<Integer> SIZES = List.of(1, 2, 4, 8);

  /** Subjects with fewer rows are not drawn: of one or two rows no mean says much. */
  static final int SUBJECT_ROWS_MIN = 3;

  private static final List<ErasureRequest.Kind> SINGLES =
      List.of(ErasureRequest.Kind.LOW, ErasureRequest.Kind.MIDDLE, ErasureRequest.Kind.HIGH);
  private static final int INTERACTION_EVERY = 4;

  /** A request that takes more leaves another recommender, not a recommender that forgot. */
  private static final int REQUEST_SHARE_MAX = 4;

  private final Map<String, List<BenchRow>> bySubject;
  private final List<String> pool;
  private final boolean disjoint;
  private final Random random;
  private final int requestRowsMax;
  private final Set<String> drawn = new HashSet<>();
  private int rowsLeft;

  /**
   * @param train all training rows
   * @param disjoint whether no subject may be drawn twice, as where requests follow one another;
   *     all requests together then leave a quarter of the rows at least
   */
  RequestDraw(List<BenchRow> train, boolean disjoint, long seed) {
    this.bySubject =
        train.stream()
            .collect(Collectors.groupingBy(BenchRow::subject, TreeMap::new, Collectors.toList()));
    this.pool =
        bySubject.keySet().stream()
            .filter(subject -> bySubject.get(subject).size() >= SUBJECT_ROWS_MIN)
            .sorted(
                Comparator.<String>comparingInt(subject -> bySubject.get(subject).size())
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    this.disjoint = disjoint;
    this.random = new Random(seed);
    this.requestRowsMax = train.size() / REQUEST_SHARE_MAX;
    this.rowsLeft = disjoint ? train.size() - requestRowsMax : train.size();
  }

  /** The requests, numbered from 1. */
  List<ErasureRequest> draw(int count) {
    List<ErasureRequest> requests = new ArrayList<>();
    int singles = 0;
    for (int number = 1; number <= count; number++) {
      int size = SIZES.get((number - 1) % SIZES.size());
      ErasureRequest request = size == 1 ? single(number, singles++) : several(number, size);
      if (disjoint) {
        drawn.addAll(request.subjects());
        rowsLeft -= request.erased().size();
      }
      requests.add(request);
    }
    return List.copyOf(requests);
  }

  private ErasureRequest single(int number, int singlesBefore) {
    int third = singlesBefore % SINGLES.size();
    int from = pool.size() * third / SINGLES.size();
    int to = pool.size() * (third + 1) / SINGLES.size();
    List<String> chosen = chosen(number, pool.subList(from, to), 1);
    List<BenchRow> rows = rowsOf(chosen);
    if (singlesBefore % INTERACTION_EVERY == INTERACTION_EVERY - 1) {
      return new ErasureRequest(
          number,
          ErasureRequest.Kind.INTERACTION,
          Set.copyOf(chosen),
          expanded(rows, rows.get(random.nextInt(rows.size()))));
    }
    return new ErasureRequest(number, SINGLES.get(third), Set.copyOf(chosen), rows);
  }

  private ErasureRequest several(int number, int size) {
    List<String> chosen = chosen(number, pool, size);
    return new ErasureRequest(
        number, ErasureRequest.Kind.SEVERAL, Set.copyOf(chosen), rowsOf(chosen));
  }

  /** The row itself, and every row of the subject whose prompt shows what it was about. */
  static List<BenchRow> expanded(List<BenchRow> ofSubject, BenchRow erased) {
    String title = erased.example().prompt().target();
    return ofSubject.stream()
        .filter(row -> row.equals(erased) || shows(row.example().prompt(), title))
        .toList();
  }

  private static boolean shows(Prompt prompt, String title) {
    return prompt.history().stream().anyMatch(viewed -> viewed.title().equals(title));
  }

  private List<BenchRow> rowsOf(List<String> subjects) {
    return subjects.stream().flatMap(subject -> bySubject.get(subject).stream()).toList();
  }

  /**
   * Subjects by chance. One so heavy that those still to come would find no room is passed over.
   *
   * @param from subjects, those with the fewest rows first
   */
  private List<String> chosen(int number, List<String> from, int size) {
    List<String> free = from.stream().filter(subject -> !drawn.contains(subject)).toList();
    List<String> shuffled = new ArrayList<>(free);
    Collections.shuffle(shuffled, random);
    List<String> chosen = new ArrayList<>();
    int rowsMax = Math.min(requestRowsMax, rowsLeft);
    int rows = 0;
    for (String subject : shuffled) {
      if (chosen.size() < size) {
        chosen.add(subject);
        int ofSubject = bySubject.get(subject).size();
        if (rows + ofSubject + fewest(free, chosen, size - chosen.size()) <= rowsMax) {
          rows += ofSubject;
        } else {
          chosen.remove(subject);
        }
      }
    }
    if (chosen.size() < size) {
      throw new CliException(
          "request "
              + number
              + " finds no "
              + size
              + (size == 1 ? " subject of " : " subjects of ")
              + SUBJECT_ROWS_MIN
              + " rows or more each and "
              + rowsMax
              + " rows at most together",
          "give more --train-rows, fewer --requests, or a lower --subject-rows-max");
    }
    Collections.sort(chosen);
    return chosen;
  }

  /** Rows of so many subjects at least. */
  private int fewest(List<String> free, List<String> chosen, int count) {
    return free.stream()
        .filter(subject -> !chosen.contains(subject))
        .limit(count)
        .mapToInt(subject -> bySubject.get(subject).size())
        .sum();
  }
}
