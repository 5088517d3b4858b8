package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.cli.RecordingConsole;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestSequenceTest {
  @TempDir private Path directory;

  /** Made-up requests one after another, with a policy that tries the given methods. */
  private SequenceReport.Line policyLine(UnlearningSettings unlearning, List<String> order)
      throws IOException {
    BenchSettings settings =
        new BenchSettings(
            List.of(Policy.NAME),
            List.of(2),
            1,
            0,
            false,
            TinyBase.folder(directory),
            TuneSettings.defaults().withEpochs(1),
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
                new Policy(order))
            .run();
    return report.lines().get(0);
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
}
