package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.Answers;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.GateVerdict;
import io.lethe.engine.Gates;
import io.lethe.engine.Metrics;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.PromptStrategy;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.TinyModel;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.model.LastProjection;
import io.lethe.engine.model.Removals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recommender keeps of its rows, and all that is done with it, on a tiny one. */
class TunedRowsTest {
  private static final List<Example> FIRST = TinyModel.examples("first", 6, 1);
  private static final List<Example> SECOND = TinyModel.examples("second", 5, 4);
  private static final List<Example> RETAIN = TinyModel.examples("kept", 80, 2);
  private static final List<Example> HELD_OUT = TinyModel.examples("test", 40, 3);
  private static final List<Example> ALL =
      Stream.of(FIRST, SECOND, RETAIN).flatMap(List::stream).toList();
  private static final TuneSettings STEADY =
      new TuneSettings(
          TuneSettings.Solver.NEWTON,
          40,
          128,
          1,
          0,
          0,
          0,
          16,
          16,
          List.of("output.dense"),
          1,
          true,
          1,
          2e-3,
          5,
          0,
          PromptStrategy.RECENT);

  @TempDir private Path directory;

  private Recommender original;

  @BeforeEach
  void tune() {
    original = tuned("original", Set.of());
  }

  @AfterEach
  void close() {
    original.close();
  }

  private Recommender tuned(String name, Set<String> erased) {
    Path base = directory.resolve("tiny-base");
    if (!Files.exists(base)) {
      TinyModel.folder(directory);
    }
    Path folder = directory.resolve(name);
    new RecommenderTuner(EngineSettings.defaults())
        .tune(base, ALL, erased, STEADY, 1, ProgressListener.NONE, folder);
    return Recommender.load(folder, EngineSettings.defaults());
  }

  private static Set<String> ids(List<Example> rows) {
    return rows.stream().map(Example::id).collect(Collectors.toSet());
  }

  private UnlearningJob job(Adapter parent, List<Example> forget) {
    return new UnlearningJob(
        original, parent, forget, RETAIN, HELD_OUT, TinyModel.unlearningSettings(), 1);
  }

  private Adapter made(String method, Adapter parent, List<Example> forget) {
    return Adapter.of(
        Methods.named(method).run(job(parent, forget), ProgressListener.NONE), original);
  }

  private double residual(List<Example> rows, Adapter adapter, Recommender exact) {
    return Metrics.residual(
        original.score(Answers.prompts(rows), adapter),
        exact.score(Answers.prompts(rows), null),
        original.score(Answers.prompts(rows), null));
  }

  @Test
  void shouldReplayToTheBitWhatTuningWithoutTheRowsFinds() {
    try (Recommender exact = tuned("exact", ids(FIRST));
        Adapter adapter = made(Influence.NAME, null, FIRST)) {
      BitSet leftOut = TunedGround.of(original).leftOut(adapter);
      assertThat(leftOut.cardinality()).isEqualTo(6);
      FloatTensor replayed =
          ExactReplay.tuned(TunedGround.of(original), leftOut, ProgressListener.NONE);
      assertThat(replayed.values()).isEqualTo(TunedGround.of(exact).rows().up().values());
      assertThat(replayed.values()).isNotEqualTo(TunedGround.of(original).rows().up().values());
    }
  }

  @Test
  void shouldAnswerExactlyBehindTheExactPath() {
    try (Recommender exact = tuned("exact", ids(FIRST));
        Adapter approximate = made(Influence.NAME, null, FIRST)) {
      assertThat(ExactReplay.isOpenFor(original, approximate)).isTrue();
      Candidate candidate = ExactReplay.run(original, approximate, ProgressListener.NONE);
      try (Adapter adapter = Adapter.of(candidate, original)) {
        assertThat(residual(FIRST, adapter, exact)).isLessThan(1e-3);
        assertThat(adapter.manifest().method()).isEqualTo("exact");
        assertThat(adapter.manifest().parentAdapterId()).isEqualTo(approximate.id());
        assertThat(ExactReplay.isOpenFor(original, adapter)).isFalse();
      }
    }
  }

  @Test
  void shouldEndTheExactPathByWhatTheListenerThrows() {
    try (Adapter approximate = made(Influence.NAME, null, FIRST)) {
      assertThatThrownBy(
              () ->
                  ExactReplay.run(
                      original,
                      approximate,
                      progress -> {
                        throw new IllegalStateException("another set waits");
                      }))
          .hasMessage("another set waits");
    }
  }

  @Test
  void shouldComeToTheExactAnswersFromTheParentOn() {
    Set<String> both =
        Stream.concat(ids(FIRST).stream(), ids(SECOND).stream()).collect(Collectors.toSet());
    try (Recommender exact = tuned("exact", both);
        Adapter parent = made(Influence.NAME, null, FIRST);
        Adapter next = made(Optimum.NAME, parent, SECOND)) {
      assertThat(residual(SECOND, next, exact)).isLessThan(0.01);
      assertThat(residual(FIRST, next, exact)).isLessThan(0.01);
      assertThat(next.manifest().parentAdapterId()).isEqualTo(parent.id());
    }
  }

  @Test
  void shouldMakeGoodWithTheNextStepWhatTheOneBeforeLeft() {
    TunedGround ground = TunedGround.of(original);
    BitSet one = ground.places(SECOND.subList(0, 1), original, new BitSet());
    FloatTensor exact = ExactReplay.tuned(ground, one, ProgressListener.NONE);
    FloatTensor astray = astray(ground.rows().up());
    try (LastProjection projection = ground.at(astray)) {
      LastProjection.Standing standing =
          projection.standing(ground.rows().allBut(new BitSet()), STEADY.ridge());
      try (Removals removals = projection.removals(standing)) {
        FloatTensor made = removals.without(ground.rows().only(one), STEADY.ridge());
        assertThat(distance(made, exact)).isLessThan(distance(astray, exact) / 3);
      }
    }
  }

  private static FloatTensor astray(FloatTensor up) {
    Random random = new Random(3);
    float[] values = up.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (0.02 * random.nextGaussian());
    }
    return new FloatTensor(up.shape(), values);
  }

  private static double distance(FloatTensor a, FloatTensor b) {
    double sum = 0;
    for (int i = 0; i < a.values().length; i++) {
      sum += Math.pow(a.values()[i] - b.values()[i], 2);
    }
    return Math.sqrt(sum);
  }

  @Test
  void shouldEstimateWhatIsLeftAsAnExactRetrainMeasuresIt() {
    try (Recommender exact = tuned("exact", ids(FIRST))) {
      Candidate candidate =
          Methods.named(Influence.NAME).run(job(null, FIRST), ProgressListener.NONE);
      try (Adapter adapter = Adapter.of(candidate, original)) {
        assertThat(Remainder.of(job(null, FIRST), candidate).orElseThrow().forget())
            .isCloseTo(residual(FIRST, adapter, exact), within(0.03));
      }
      GateVerdict verdict =
          Gates.evaluate(job(null, FIRST), candidate).stream()
              .filter(one -> one.gate().equals(Gates.FORGETTING))
              .findFirst()
              .orElseThrow();
      assertThat(verdict.passed()).isTrue();
      assertThat(verdict.upper()).isEqualTo(0.25);
    }
  }

  @Test
  void shouldAuditEarlierRequestsAgain() {
    Candidate resurrecting;
    try (Adapter parent = made(Optimum.NAME, null, FIRST)) {
      Candidate next = Methods.named(Optimum.NAME).run(job(parent, SECOND), ProgressListener.NONE);
      assertThat(Gates.evaluate(job(parent, SECOND), next))
          .extracting(GateVerdict::gate)
          .containsExactly(
              Gates.NO_OP,
              Gates.FINITE,
              Gates.FORGETTING,
              Gates.RESURRECTED,
              Gates.INT8,
              Gates.PARAPHRASE,
              Gates.UTILITY_FLOOR);
      Candidate fromOriginal =
          Methods.named(Optimum.NAME).run(job(null, SECOND), ProgressListener.NONE);
      resurrecting = new Candidate(fromOriginal.tensors(), next.manifest(), next.record());
      assertThat(Remainder.of(job(parent, SECOND), next).orElseThrow().earlier().getAsDouble())
          .isLessThan(0.01);
      assertThat(
              Remainder.of(job(parent, SECOND), resurrecting).orElseThrow().earlier().getAsDouble())
          .isGreaterThan(0.9);
    }
  }

  @Test
  void shouldFindNothingLeftOfExactForgettingHoweverItIsStoredOrAsked() {
    Candidate candidate = Methods.named(Optimum.NAME).run(job(null, FIRST), ProgressListener.NONE);
    Disturbed.Residuals residuals = disturbed(candidate, candidate);
    assertThat(residuals.paraphrased()).isLessThan(0.02);
    assertThat(residuals.int8()).isLessThan(0.05);
  }

  @Test
  void shouldFindEverythingLeftWhereNothingWasForgotten() {
    Candidate forgotten = Methods.named(Optimum.NAME).run(job(null, FIRST), ProgressListener.NONE);
    Map<String, FloatTensor> tensors = new TreeMap<>();
    forgotten
        .tensors()
        .tensors()
        .forEach(
            (name, tensor) ->
                tensors.put(
                    name, new FloatTensor(tensor.shape(), new float[tensor.values().length])));
    Candidate nothing =
        new Candidate(forgotten.tensors().with(tensors), forgotten.manifest(), forgotten.record());
    Disturbed.Residuals residuals = disturbed(nothing, forgotten);
    assertThat(residuals.paraphrased()).isCloseTo(1, within(1e-3));
    assertThat(residuals.int8()).isCloseTo(1, within(1e-3));
  }

  private Disturbed.Residuals disturbed(Candidate candidate, Candidate estimatedFrom) {
    UnlearningJob job = job(null, FIRST);
    FloatTensor exactUp = Remainder.of(job, estimatedFrom).orElseThrow().exactUp();
    return Disturbed.of(job, candidate, exactUp).orElseThrow();
  }

  @Test
  void shouldTeachTheOppositeOfForgettingByCountingRowsTwice() {
    float[] before = original.score(Answers.prompts(FIRST), null);
    float[] logits = new float[2 * before.length];
    for (int row = 0; row < before.length; row++) {
      logits[2 * row + 1] = (float) Math.log(before[row] / (1 - before[row]));
    }
    float[] taught =
        TwiceTuned.logits(job(null, FIRST), logits, ProgressListener.NONE).orElseThrow();
    try (Adapter forgotten = made(Optimum.NAME, null, FIRST)) {
      float[] after = original.score(Answers.prompts(FIRST), forgotten);
      double along = 0;
      double ofGain = 0;
      double ofLoss = 0;
      for (int row = 0; row < before.length; row++) {
        double gain = taught[2 * row + 1] - taught[2 * row] - logits[2 * row + 1];
        double loss = logits[2 * row + 1] - Math.log(after[row] / (1 - after[row]));
        along += gain * loss;
        ofGain += gain * gain;
        ofLoss += loss * loss;
      }
      assertThat(along / Math.sqrt(ofGain * ofLoss)).isGreaterThan(0.8);
    }
  }

  @Test
  void shouldRefuseACandidateThatWentTooFar() {
    Candidate candidate =
        Methods.named(Influence.NAME).run(job(null, FIRST), ProgressListener.NONE);
    String up =
        candidate.tensors().tensors().keySet().stream()
            .filter(name -> name.endsWith("lora_B.weight"))
            .findFirst()
            .orElseThrow();
    float[] doubled = candidate.tensors().tensors().get(up).values().clone();
    for (int i = 0; i < doubled.length; i++) {
      doubled[i] *= 2;
    }
    Map<String, FloatTensor> tensors = new TreeMap<>(candidate.tensors().tensors());
    tensors.put(up, new FloatTensor(tensors.get(up).shape(), doubled));
    Candidate tooFar =
        new Candidate(candidate.tensors().with(tensors), candidate.manifest(), candidate.record());
    GateVerdict last = Gates.evaluate(job(null, FIRST), tooFar).get(2);
    assertThat(last.gate()).isEqualTo(Gates.FORGETTING);
    assertThat(last.passed()).isFalse();
    assertThat(last.value()).isGreaterThan(0.5);
  }

  @Test
  void shouldLeaveTheModelAloneWhereItWasTunedOnNoneOfTheRows() {
    List<Example> never = TinyModel.examples("never", 4, 9);
    Candidate candidate =
        Methods.named(Influence.NAME).run(job(null, never), ProgressListener.NONE);
    assertThat(Gates.evaluate(job(null, never), candidate)).allMatch(GateVerdict::passed);
    try (Adapter adapter = Adapter.of(candidate, original)) {
      assertThat(original.score(Answers.prompts(never), adapter))
          .isEqualTo(original.score(Answers.prompts(never), null));
    }
  }

  @Test
  void shouldTakeEachOfTwoAlikeRowsOnce() {
    TunedGround ground = TunedGround.of(original);
    List<Example> twice = List.of(FIRST.get(0), FIRST.get(0));
    assertThat(ground.places(twice, original, new BitSet()).cardinality()).isEqualTo(1);
    assertThat(
            ground
                .places(FIRST, original, ground.places(FIRST, original, new BitSet()))
                .cardinality())
        .isZero();
  }

  @Test
  void shouldOverwriteWhatIsKeptOfErasedRowsAndStillReplayTheSame() throws IOException {
    Path kept = directory.resolve("original").resolve("tuned-rows.safetensors");
    String key = TunedRows.key(FIRST.get(0), original.encoder().template());
    byte[] digest = java.util.HexFormat.of().parseHex(key);
    assertThat(contains(Files.readAllBytes(kept), digest)).isTrue();
    try (Adapter approximate = made(Influence.NAME, null, FIRST)) {
      Candidate before = ExactReplay.run(original, approximate, ProgressListener.NONE);
      try (Adapter exact = Adapter.of(before, original)) {
        ExactReplay.shred(original, exact);
        ExactReplay.shred(original, exact);
      }
      assertThat(contains(Files.readAllBytes(kept), digest)).isFalse();
      assertThat(TunedGround.of(original).rows().gone().cardinality()).isEqualTo(6);
      Candidate after = ExactReplay.run(original, approximate, ProgressListener.NONE);
      AdapterStore store = new AdapterStore(directory.resolve("store"));
      assertThat(store.put(after).id()).isEqualTo(store.put(before).id());
    }
  }

  private static boolean contains(byte[] all, byte[] some) {
    for (int from = 0; from + some.length <= all.length; from++) {
      if (java.util.Arrays.equals(all, from, from + some.length, some, 0, some.length)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void shouldContinueNoAdapterWhoseLeftOutRowsAreUnknown() {
    Candidate made = Methods.named(Influence.NAME).run(job(null, FIRST), ProgressListener.NONE);
    Candidate foreign =
        new Candidate(
            made.tensors(),
            new io.lethe.engine.AdapterManifest(
                original.digest(), "f32", "peft", null, null, 0, null),
            null);
    try (Adapter parent = Adapter.of(foreign, original)) {
      assertThatThrownBy(
              () -> Methods.named(Influence.NAME).run(job(parent, SECOND), ProgressListener.NONE))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("left-out rows are known");
      assertThat(ExactReplay.isOpenFor(original, parent)).isFalse();
    }
  }
}
