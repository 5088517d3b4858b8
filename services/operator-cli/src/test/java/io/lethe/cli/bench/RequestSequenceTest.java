package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.RecordingConsole;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestSequenceTest {
  @TempDir private Path directory;

  /** Made-up requests one after another, with a policy that tries the given methods. */
  private SequenceReport.Line policyLine(UnlearningSettings unlearning, List<String> order)
      throws IOException {
    return lines(
            List.of(Policy.NAME),
            TuneSettings.defaults().withEpochs(1),
            unlearning,
            order,
            List.of(SequenceWay.CONTINUE))
        .get(0);
  }

  private List<SequenceReport.Line> lines(
      List<String> methods,
      TuneSettings tuning,
      UnlearningSettings unlearning,
      List<String> order,
      List<SequenceWay> ways)
      throws IOException {
    BenchSettings settings =
        new BenchSettings(
            methods,
            List.of(2),
            1,
            0,
            false,
            TinyBase.folder(directory),
            tuning,
            unlearning,
            EngineSettings.defaults().withThreads(1));
    BenchData data =
        Protocol.MADE_UP.read(null, null, 42).withSubjectRowsMax(6).sized(250, 0, 40, 40, 42);
    SequenceReport report =
        new RequestSequence(
                new RecordingConsole().console(),
                settings,
                new BenchFolder(directory.resolve("out")),
                data,
                new RequestDraw(data.train(), true, 42).draw(3),
                new Policy(order),
                ways)
            .run();
    return report.lines();
  }

  @Test
  void shouldBeExactWhereThePolicyAlwaysRetrains() throws IOException {
    SequenceReport.Line line = policyLine(UnlearningSettings.defaults(), List.of());
    assertThat(line.tried()).containsOnly(List.of("retrain")).hasSize(3);
    assertThat(line.worstResidual()).isZero();
    assertThat(line.worstEarlierResidual()).isZero();
    assertThat(line.last().auc()).isEqualTo(line.last().aucExact());
    assertThat(line.last().rows()).isGreaterThan(line.checkpoints().get(0).rows());
  }

  @Test
  void shouldRetrainAgainFromARetrainedRecommenderWhereTheGatesRefuse() throws IOException {
    UnlearningSettings own = UnlearningSettings.defaults();
    UnlearningSettings unreachable =
        new UnlearningSettings(
            own.targets(),
            own.topLayers(),
            own.rank(),
            own.loraAlpha(),
            own.batchSize(),
            own.retainBatchSize(),
            own.augmentedLearningRate(),
            own.augmentedEpochs(),
            own.learningRate(),
            own.stepsMax(),
            own.evaluateEvery(),
            own.alpha(),
            own.alphaMax(),
            own.teacherReach(),
            own.forgetWeight(),
            own.labelWeight(),
            own.aim(),
            2,
            own.residualMax(),
            own.utilityDropMax(),
            own.heldOutMax());
    SequenceReport.Line line = policyLine(unreachable, List.of("e2urec"));
    assertThat(line.tried()).containsOnly(List.of("e2urec", "retrain")).hasSize(3);
    assertThat(line.worstResidual()).isZero();
  }

  @Test
  void shouldWalkOneMethodInEveryWay() throws IOException {
    List<SequenceReport.Line> lines =
        lines(
            List.of("influence", Policy.NAME),
            TuneSettings.steady(),
            UnlearningSettings.defaults(),
            List.of("influence"),
            List.of(SequenceWay.values()));

    assertThat(lines)
        .extracting(SequenceReport.Line::method)
        .containsExactly("influence", "influence, restart", "influence, stack", "policy");
    List<Double> first =
        lines.subList(0, 3).stream().map(line -> line.checkpoints().get(0).residual()).toList();
    // Where nothing was released before, all ways are one.
    assertThat(first).containsOnly(first.get(0));
    List<Double> last = lines.subList(0, 3).stream().map(line -> line.last().residual()).toList();
    assertThat(last).doesNotHaveDuplicates();
  }

  @Test
  void shouldAddWhatAdaptersChange() {
    AdapterTensors sum = SequenceWay.added(adapter(1, 2), adapter(1, 5));

    assertThat(sum.tensors().get("output.lora_A.weight").values()).containsExactly(1, 1);
    assertThat(sum.tensors().get("output.lora_B.weight").values()).containsExactly(7, 7);
  }

  @Test
  void shouldRefuseToAddAdaptersWithAnotherA() {
    assertThatThrownBy(() -> SequenceWay.added(adapter(1, 2), adapter(3, 2)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("output.lora_A.weight cannot be stacked");
  }

  private static AdapterTensors adapter(float down, float up) {
    return new AdapterTensors(
        1,
        1,
        Map.of(
            "output.lora_A.weight",
            new FloatTensor(new long[] {1, 2}, new float[] {down, down}),
            "output.lora_B.weight",
            new FloatTensor(new long[] {2, 1}, new float[] {up, up})));
  }
}
