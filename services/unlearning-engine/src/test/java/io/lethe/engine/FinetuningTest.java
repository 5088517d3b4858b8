package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.model.LoraStart;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinetuningTest {
  private static final List<Example> ROWS = TinyModel.examples("again", 24, 5);

  @TempDir private Path directory;

  private AdapterTensors fresh(Recommender recommender) {
    return Finetuning.start(recommender, TinyModel.unlearningSettings(), 1);
  }

  private static Adapter adapter(AdapterTensors tensors, Recommender recommender) {
    AdapterManifest manifest =
        new AdapterManifest(recommender.digest(), EngineSettings.F32, "none", "", null, 1, null);
    return Adapter.of(new Candidate(tensors, manifest, null), recommender);
  }

  @Test
  void shouldTeachTheRowsAgainAndGiveTheSameTensorsEachTime() {
    try (Recommender recommender =
        Recommender.load(TinyModel.folder(directory), EngineSettings.defaults())) {
      AdapterTensors start = fresh(recommender);
      AdapterTensors first = new Finetuning(40, 8, 1e-2).continued(recommender, start, ROWS, 3);
      AdapterTensors second = new Finetuning(40, 8, 1e-2).continued(recommender, start, ROWS, 3);
      boolean[] liked = Answers.labels(ROWS);
      try (Adapter before = adapter(start, recommender);
          Adapter after = adapter(first, recommender)) {
        double known = Metrics.logLoss(recommender.score(Answers.prompts(ROWS), after), liked);
        double unknown = Metrics.logLoss(recommender.score(Answers.prompts(ROWS), before), liked);
        assertThat(known).isLessThan(unknown - 0.1);
      }
      first
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertThat(second.tensors().get(name).values()).isEqualTo(tensor.values()));
    }
  }

  @Test
  void shouldTrainBAloneWhereAIsToStay() {
    try (Recommender recommender =
        Recommender.load(TinyModel.folder(directory), EngineSettings.defaults())) {
      AdapterTensors start = fresh(recommender);
      new Finetuning(2, 8, 1e-2, true)
          .continued(recommender, start, ROWS, 3)
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertThat(Arrays.equals(tensor.values(), start.tensors().get(name).values()))
                      .as(name)
                      .isEqualTo(name.endsWith(LoraStart.A)));
    }
  }

  @Test
  void shouldRefuseToTrainOnNothing() {
    try (Recommender recommender =
        Recommender.load(TinyModel.folder(directory), EngineSettings.defaults())) {
      Finetuning finetuning = new Finetuning(1, 1, 1e-3);
      AdapterTensors start = fresh(recommender);
      assertThatThrownBy(() -> finetuning.continued(recommender, start, List.of(), 1))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("rows holds none");
    }
  }
}
