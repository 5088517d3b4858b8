package io.lethe.cli.demo;

import io.lethe.cli.CliException;
import io.lethe.cli.data.Dataset;
import io.lethe.cli.train.ExampleBuilder;
import io.lethe.cli.train.LabelledExample;
import io.lethe.engine.Prompt;
import io.lethe.engine.UnlearningJob;
import io.lethe.schemas.sample.SampleAssembler;
import io.lethe.schemas.sample.SampleRule;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What the demonstration knows that the services do not: whose rows are whose, and which of them
 * the recommender was tuned on.
 *
 * @param examples all of them, by account and then in time
 * @param erasedAccounts the accounts that will ask to be forgotten, those with most to forget first
 */
record DemoData(
    Dataset dataset, SampleRule rule, List<LabelledExample> examples, List<String> erasedAccounts) {

  /** Rows with their labels. */
  record Rows(List<Prompt> prompts, boolean[] liked) {
    int size() {
      return liked.length;
    }
  }

  static DemoData prepare(Dataset dataset, double trainShare, int erased) {
    SampleRule rule = SampleRule.of(dataset.likedAbove(), dataset.splitAt(trainShare));
    List<LabelledExample> examples = ExampleBuilder.build(dataset, rule);
    Map<String, Long> trainedRows =
        examples.stream()
            .filter(LabelledExample::trainedOn)
            .collect(
                Collectors.groupingBy(
                    LabelledExample::accountId, TreeMap::new, Collectors.counting()));
    if (trainedRows.size() <= erased) {
      throw new CliException(
          dataset.name()
              + " has "
              + trainedRows.size()
              + " accounts with examples to train on, too few to erase "
              + erased,
          "give data with more accounts, or raise --subjects");
    }
    List<String> heaviest =
        trainedRows.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(erased)
            .map(Map.Entry::getKey)
            .toList();
    return new DemoData(dataset, rule, examples, heaviest);
  }

  /** Rows of one account that the recommender was tuned on. */
  Rows trainedRowsOf(String account) {
    return rows(
        examples.stream()
            .filter(one -> one.trainedOn() && one.accountId().equals(account))
            .toList());
  }

  /** Rows that the recommender was tuned on and that must be forgotten, account after account. */
  Rows erasedRows() {
    return rows(
        erasedAccounts.stream()
            .flatMap(
                account ->
                    examples.stream()
                        .filter(one -> one.trainedOn() && one.accountId().equals(account)))
            .toList());
  }

  /** Rows that it was tuned on and keeps. */
  Rows retainedRows() {
    return rows(examples.stream().filter(one -> one.trainedOn() && !isErased(one)).toList());
  }

  /**
   * Later rows of those who stay: the test. Unlearning may hold its student by the answers on some
   * held-out rows; none of these is among them.
   *
   * @param subjectRefs the pseudonym of an account, from which the services name its samples
   */
  Rows testRows(UnaryOperator<String> subjectRefs) {
    return rows(
        examples.stream()
            .filter(one -> !one.trainedOn() && !isErased(one))
            .filter(one -> !UnlearningJob.anchorsTheStudent(sampleId(one, subjectRefs)))
            .toList());
  }

  private static String sampleId(LabelledExample one, UnaryOperator<String> subjectRefs) {
    return SampleAssembler.sampleId(
        subjectRefs.apply(one.accountId()), one.itemId(), one.recordedAt());
  }

  /** Ids of the examples that an exact retrain leaves out. */
  Set<String> erasedIds() {
    return examples.stream()
        .filter(one -> one.trainedOn() && isErased(one))
        .map(one -> one.example().id())
        .collect(Collectors.toSet());
  }

  private boolean isErased(LabelledExample one) {
    return erasedAccounts.contains(one.accountId());
  }

  private static Rows rows(List<LabelledExample> chosen) {
    boolean[] liked = new boolean[chosen.size()];
    for (int i = 0; i < liked.length; i++) {
      liked[i] = chosen.get(i).example().liked();
    }
    return new Rows(chosen.stream().map(one -> one.example().prompt()).toList(), liked);
  }
}
