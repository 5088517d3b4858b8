package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lethe.engine.Answers;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.Metrics;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.TinyModel;
import io.lethe.engine.TuneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MethodRunnerTest {
  @TempDir private static Path directory;

  private static TinyRequest request;

  @BeforeAll
  static void tune() {
    request = new TinyRequest(directory);
  }

  @AfterAll
  static void close() {
    request.close();
  }

  /** Two rows a subject. */
  private static String subjectOf(Example example) {
    int number = Integer.parseInt(example.id().substring(example.id().indexOf('/') + 1));
    return example.id().charAt(0) + "-" + number / 2;
  }

  private static BenchInputs inputs(
      List<Example> train, List<Example> forget, boolean fixedA, int epochs) {
    TuneSettings tiny = TinyModel.tuneSettings();
    TuneSettings tuning =
        new TuneSettings(
            TuneSettings.Solver.ADAMW,
            epochs,
            tiny.batchSize(),
            tiny.learningRate(),
            tiny.warmupShare(),
            tiny.finalRateShare(),
            tiny.weightDecay(),
            tiny.rank(),
            tiny.loraAlpha(),
            tiny.targets(),
            tiny.topLayers(),
            fixedA,
            tiny.averageFrom(),
            tiny.ridge(),
            tiny.likedAbove(),
            0,
            tiny.promptStrategy());
    Map<String, MethodSettings> methods = new HashMap<>();
    for (String name : Methods.names()) {
      if (Methods.kind(name) == Methods.Kind.ADAPTER) {
        methods.put(
            name, Methods.defaults(name).withSteps(60).withBatchSizes(8, 8).withLearningRate(5e-3));
      }
    }
    // The rows are known by heart, which takes more to undo than what recommenders know.
    methods.computeIfPresent("undial", (name, settings) -> settings.with("beta", 8));
    methods.computeIfPresent("e2urec-published", (name, settings) -> settings.with("alpha", 40));
    return new BenchInputs(
        request.base(),
        request.recommender(),
        train,
        forget,
        TinyRequest.RETAIN,
        TinyRequest.HELD_OUT,
        MethodRunnerTest::subjectOf,
        tuning,
        1,
        TinyModel.unlearningSettings(),
        methods,
        EngineSettings.defaults(),
        directory.resolve("work"),
        1,
        ProgressListener.NONE);
  }

  private static BenchInputs inputs() {
    return inputs(TinyRequest.train(), TinyRequest.FORGET, false, 30);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"e2urec", "e2urec-published", "undial", "retrain", "sisa", "receraser", "apa"})
  void shouldForgetWhateverTheMethodChanges(String name) {
    try (MethodOutcome outcome = MethodRunner.run(name, inputs())) {
      float[] scores = outcome.unlearned().score(Answers.prompts(TinyRequest.FORGET));
      double after = TinyRequest.confidence(scores, TinyRequest.FORGET);
      assertThat(after).isLessThan(request.confidence(TinyRequest.FORGET, null) - 0.1);
      assertThat(outcome.record().method()).isEqualTo(name);
      assertThat(outcome.record().confidenceAfter()).isCloseTo(after, within(1e-4));
      boolean adapter = Methods.kind(name) == Methods.Kind.ADAPTER;
      assertThat(outcome.candidate() != null).isEqualTo(adapter);
      assertThat(outcome.trainableParameters()).isPositive();
      assertThat(outcome.secondsTotal()).isGreaterThan(outcome.secondsTeachers());
      assertThat(outcome.secondsTeachers() > 0).isEqualTo(adapter);
      assertThat(outcome.unlearned().score(List.of())).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"retrain", "sisa", "receraser", "apa"})
  void shouldAnswerAsIfTheErasedLabelsWereUnknown(String name) {
    Set<String> erased =
        TinyRequest.FORGET.stream().map(Example::id).collect(Collectors.toUnmodifiableSet());
    List<Example> flipped =
        TinyRequest.train().stream()
            .map(e -> erased.contains(e.id()) ? new Example(e.id(), e.prompt(), !e.liked()) : e)
            .toList();
    List<Prompt> prompts = Answers.prompts(TinyRequest.train());
    BenchInputs inputs = inputs(TinyRequest.train(), TinyRequest.FORGET, false, 3);
    BenchInputs others = inputs(flipped, flipped.subList(0, 20), false, 3);
    try (MethodOutcome outcome = MethodRunner.run(name, inputs);
        MethodOutcome other = MethodRunner.run(name, others)) {
      assertThat(other.unlearned().score(prompts)).isEqualTo(outcome.unlearned().score(prompts));
    }
  }

  @Test
  void shouldRetrainAsTheTunerDoes() throws IOException {
    Path folder = directory.resolve("exact");
    new RecommenderTuner(EngineSettings.defaults())
        .tune(
            request.base(),
            TinyRequest.train(),
            inputs().erasedIds(),
            TinyModel.tuneSettings(),
            1,
            ProgressListener.NONE,
            folder);
    List<Prompt> prompts = Answers.prompts(TinyRequest.HELD_OUT);
    try (Recommender exact = Recommender.load(folder, EngineSettings.defaults());
        MethodOutcome outcome = MethodRunner.run("retrain", inputs())) {
      assertThat(outcome.unlearned().score(prompts)).isEqualTo(exact.score(prompts, null));
    }
    try (Stream<Path> left = Files.list(directory.resolve("work"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void shouldTrainTheTouchedShardsAlone() {
    List<Example> oneSubject = TinyRequest.FORGET.subList(0, 2);
    BenchInputs small = inputs(TinyRequest.train(), oneSubject, false, 2);
    BenchInputs large = inputs(TinyRequest.train(), TinyRequest.FORGET, false, 2);
    try (MethodOutcome one = MethodRunner.run("sisa", small);
        MethodOutcome all = MethodRunner.run("sisa", large)) {
      // Forty subjects of two rows in four shards: twenty rows each, two batches, two passes.
      assertThat(one.record().stepsTaken()).isEqualTo(4);
      assertThat(all.record().stepsTaken()).isEqualTo(16);
      assertThat(one.secondsSetup()).isPositive();
      assertThat(one.trainableParameters()).isEqualTo(all.trainableParameters() / 4);
    }
  }

  @Test
  void shouldAverageTheLogitsOfSisasShards() {
    List<Prompt> prompts = Answers.prompts(TinyRequest.HELD_OUT);
    try (Shards shards = threeShards(inputs())) {
      double[][] margins = shards.margins(prompts);
      float[] scores = Sharding.average(shards).score(prompts);
      for (int row = 0; row < scores.length; row++) {
        double mean = (margins[0][row] + margins[1][row] + margins[2][row]) / 3;
        assertThat(scores[row]).isCloseTo((float) (1 / (1 + Math.exp(-mean))), within(1e-6f));
      }
    }
  }

  @Test
  void shouldLearnAnAttentionNoWorseThanTheAverage() {
    BenchInputs inputs = inputs();
    List<Prompt> prompts = Answers.prompts(TinyRequest.HELD_OUT);
    boolean[] liked = Answers.labels(TinyRequest.HELD_OUT);
    try (Shards shards = threeShards(inputs)) {
      float[] average = Sharding.average(shards).score(prompts);
      List<List<Example>> kept = IntStream.range(0, 3).mapToObj(MethodRunnerTest::rows).toList();
      ShardAttention attention = ShardAttention.learn(shards, kept, TinyRequest.HELD_OUT);
      assertThat(Metrics.logLoss(attention.score(prompts), liked))
          .isLessThan(Metrics.logLoss(average, liked));
    }
  }

  private static List<Example> rows(int shard) {
    return TinyRequest.RETAIN.subList(20 * shard, 20 * shard + 20);
  }

  private static Shards threeShards(BenchInputs inputs) {
    Recommender base = Recommender.load(inputs.baseFolder(), inputs.engine());
    return Shards.of(
        base,
        IntStream.range(0, 3)
            .mapToObj(
                shard ->
                    RecommenderTuner.tuneAdapter(
                        base,
                        rows(shard),
                        Set.of(),
                        inputs.tuneSettings(),
                        1,
                        ProgressListener.NONE))
            .toList(),
        0);
  }

  @Test
  void shouldMergeAlikeEitherWayWhereShardsShareAFixedA() {
    BenchInputs inputs = inputs(TinyRequest.train(), TinyRequest.FORGET, true, 30);
    List<Prompt> prompts = Answers.prompts(TinyRequest.HELD_OUT);
    try (Shards shards = threeShards(inputs)) {
      float[] apart = new AdaptiveMerge(shards, TinyRequest.HELD_OUT, 5, 10, true).score(prompts);
      float[] whole = new AdaptiveMerge(shards, TinyRequest.HELD_OUT, 5, 10, false).score(prompts);
      for (int row = 0; row < apart.length; row++) {
        assertThat(whole[row]).isCloseTo(apart[row], within(1e-5f));
      }
    }
  }

  @Test
  void shouldAnswerAsTheShardThatErrsLeastWhereTheTemperatureIsHigh() {
    BenchInputs inputs = inputs();
    List<Prompt> prompts = Answers.prompts(TinyRequest.HELD_OUT);
    double[] labels = Sharding.labels(TinyRequest.HELD_OUT);
    try (Shards shards = threeShards(inputs)) {
      double[][] margins = shards.margins(prompts);
      // One neighbour of a held-out row is the row itself, so its best shard answers it.
      float[] scores = new AdaptiveMerge(shards, TinyRequest.HELD_OUT, 1e6, 1, true).score(prompts);
      int decided = 0;
      for (int row = 0; row < scores.length; row++) {
        double best = 1;
        double second = 1;
        for (double[] shard : margins) {
          double error = Math.abs(Shards.probability(shard[row]) - labels[row]);
          second = Math.min(second, Math.max(best, error));
          best = Math.min(best, error);
        }
        if (second - best > 1e-3) {
          decided++;
          assertThat(Math.abs(scores[row] - labels[row])).isCloseTo(best, within(1e-4));
        }
      }
      assertThat(decided).isGreaterThan(40);
    }
  }

  @Test
  void shouldRefuseForgetRowsThatWereNeverTrainedOn() {
    assertThatThrownBy(() -> inputs(TinyRequest.RETAIN, TinyRequest.FORGET, false, 1))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("20 forget rows are not among the rows of train");
  }

  @Test
  void shouldRefuseMoreShardsThanSubjects() {
    BenchInputs inputs = inputs();
    Map<String, MethodSettings> settings =
        Map.of("sisa", Methods.defaults("sisa").with("shards", 41));
    BenchInputs many =
        new BenchInputs(
            inputs.baseFolder(),
            inputs.original(),
            inputs.train(),
            inputs.forget(),
            inputs.retain(),
            inputs.heldOut(),
            inputs.subjectOf(),
            inputs.tuneSettings(),
            inputs.tuneSeed(),
            inputs.unlearningSettings(),
            settings,
            inputs.engine(),
            inputs.workFolder(),
            inputs.seed(),
            inputs.listener());
    assertThatThrownBy(() -> MethodRunner.run("sisa", many))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("shards is 41 for 40 subjects");
  }

  @Test
  void shouldTakeNoMoreStepsOfE2URecThanItsBudget() {
    BenchInputs inputs = inputs();
    MethodSettings three = inputs.settingsOf("e2urec").withSteps(3);
    Candidate candidate = Methods.named("e2urec", three).run(request.job(1), ProgressListener.NONE);
    assertThat(candidate.record().stepsTaken()).isEqualTo(3);
    assertThat(candidate.manifest().settings().stepsMax()).isEqualTo(3);
    MethodSettings sophia = three.withOptimizer(OptimizerSettings.sophia(0));
    assertThatThrownBy(
            () -> Methods.named("e2urec", sophia).run(request.job(1), ProgressListener.NONE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("e2urec-published");
  }
}
