package io.lethe.cli.bench;

import io.lethe.engine.ProgressListener;
import io.lethe.engine.Prompt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Rows that models are asked about for one request, or for several that were met before. */
record RequestRows(List<BenchRow> erased, List<BenchRow> others, List<BenchRow> test) {
  RequestRows {
    erased = List.copyOf(erased);
    others = List.copyOf(others);
    test = List.copyOf(test);
  }

  RequestScores score(Function<List<Prompt>, float[]> model, ProgressListener listener) {
    return new RequestScores(
        Scoring.score("erased rows", model, BenchData.examples(erased), listener),
        Scoring.score("others' rows", model, BenchData.examples(others), listener),
        Scoring.score("test rows", model, BenchData.examples(test), listener));
  }

  Map<String, String> digests() {
    Map<String, String> digests = new LinkedHashMap<>();
    digests.put("erased", SavedRows.digest(erased));
    digests.put("others", SavedRows.digest(others));
    digests.put("test", SavedRows.digest(test));
    return digests;
  }

  Set<String> erasedIds() {
    return erased.stream().map(row -> row.example().id()).collect(Collectors.toSet());
  }

  RequestFigures.Reference reference(
      RequestScores original, RequestScores exact, RequestScores otherSeed) {
    return new RequestFigures.Reference(
        original,
        exact,
        otherSeed,
        Scoring.labels(BenchData.examples(erased)),
        Scoring.labels(BenchData.examples(test)));
  }
}
