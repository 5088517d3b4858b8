package io.lethe.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Example;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.GateVerdict;
import io.lethe.engine.Gates;
import io.lethe.engine.Prompt;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningSettings;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExactGatesTest {
  private static final double DROP_MAX = UnlearningSettings.defaults().utilityDropMax();
  private static final Function<List<Prompt>, float[]> PERFECT = ExactGatesTest::labels;
  private static final Function<List<Prompt>, float[]> REVERSED =
      prompts -> {
        float[] scores = labels(prompts);
        for (int i = 0; i < scores.length; i++) {
          scores[i] = 1 - scores[i];
        }
        return scores;
      };

  private final List<Prompt> asked = new ArrayList<>();

  @Test
  void shouldPassFiniteAndUtilityWhereTheCandidateRanksAsWellAsTheParent() {
    assertThat(evaluate(tensors(0.5f), rows(20), PERFECT, PERFECT))
        .containsExactly(
            new GateVerdict(Gates.FINITE, 0, 0, 0, "tensors and scores that are not finite", true),
            new GateVerdict(
                Gates.UTILITY_FLOOR,
                1,
                1 - DROP_MAX,
                Double.POSITIVE_INFINITY,
                "held-out AUC, parent 1.0000",
                true));
  }

  @Test
  void shouldRefuseACandidateBelowTheUtilityFloor() {
    List<GateVerdict> verdicts = evaluate(tensors(0.5f), rows(20), PERFECT, REVERSED);
    assertThat(verdicts.get(1).value()).isZero();
    assertThat(verdicts.get(1).lower()).isEqualTo(1 - DROP_MAX);
    assertThat(verdicts.get(1).passed()).isFalse();
  }

  @Test
  void shouldJudgeByFiniteAloneWhereNoRowsAreAtHand() {
    List<GateVerdict> verdicts = evaluate(tensors(0.5f), List.of(), PERFECT, REVERSED);
    assertThat(verdicts).extracting(GateVerdict::gate).containsExactly(Gates.FINITE);
    assertThat(verdicts.get(0).passed()).isTrue();
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F19,
      level = FaultLevel.UNIT,
      does = "Gives a candidate tensors and scores that are not finite.",
      load = "1 candidate",
      oracle = "The gate fails.")
  void shouldStopAtTensorsOrScoresThatAreNotFinite() {
    List<GateVerdict> tensors = evaluate(tensors(Float.NaN), rows(20), PERFECT, PERFECT);
    assertThat(tensors).hasSize(1);
    assertThat(tensors.get(0).value()).isEqualTo(1);
    assertThat(tensors.get(0).passed()).isFalse();
    List<GateVerdict> scores =
        evaluate(
            tensors(0.5f),
            rows(20),
            PERFECT,
            prompts -> {
              float[] broken = labels(prompts);
              broken[0] = Float.POSITIVE_INFINITY;
              return broken;
            });
    assertThat(scores).hasSize(1);
    assertThat(scores.get(0).value()).isEqualTo(1);
    assertThat(scores.get(0).passed()).isFalse();
  }

  @Test
  void shouldLeaveOutTheRowsThatAnchoredTheParent() {
    List<Example> rows = rows(40);
    evaluate(tensors(0.5f), rows, PERFECT, PERFECT);
    List<Prompt> expected =
        rows.stream()
            .filter(row -> !UnlearningJob.anchorsTheStudent(row.id()))
            .map(Example::prompt)
            .toList();
    assertThat(expected).isNotEmpty().hasSizeLessThan(40);
    assertThat(asked).containsExactlyElementsOf(expected);
  }

  private List<GateVerdict> evaluate(
      AdapterTensors tensors,
      List<Example> rows,
      Function<List<Prompt>, float[]> parent,
      Function<List<Prompt>, float[]> candidate) {
    return ExactGates.evaluate(
        tensors,
        rows,
        parent,
        prompts -> {
          asked.addAll(prompts);
          return candidate.apply(prompts);
        },
        UnlearningSettings.defaults());
  }

  private static AdapterTensors tensors(float value) {
    return new AdapterTensors(
        1, 1, Map.of("module.lora_A.weight", new FloatTensor(new long[] {1}, new float[] {value})));
  }

  /** Rows whose titles tell their labels. */
  private static List<Example> rows(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Example(
                    String.format("row-%02d", i),
                    new Prompt(null, List.of(), i / 2 % 2 == 0 ? "liked" : "disliked"),
                    i / 2 % 2 == 0))
        .toList();
  }

  private static float[] labels(List<Prompt> prompts) {
    float[] scores = new float[prompts.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = prompts.get(i).target().equals("liked") ? 1 : 0;
    }
    return scores;
  }
}
