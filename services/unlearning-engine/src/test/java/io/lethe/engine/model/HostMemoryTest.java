package io.lethe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtEngine;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.program.Program;
import io.lethe.engine.program.Program.Mode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a processor can prove of the path on a GPU: what is read is not there to be read from. */
class HostMemoryTest {
  private static final FamilyFixture FIXTURE = FamilyFixture.of("qwen2");

  private static LanguageModel model;
  private static NDManager gpu;

  @BeforeAll
  static void openModel() {
    model = FIXTURE.open(EngineSettings.defaults());
    // A scope of a GPU that need not exist: only what is made in it would fail.
    gpu = Engine.getEngine(PtEngine.ENGINE_NAME).newBaseManager(Device.gpu(0));
  }

  @AfterAll
  static void closeModel() {
    gpu.close();
    model.close();
  }

  @Test
  void shouldMakeNumbersInTheProcessorsMemoryWhereverTheModelComputes() {
    NDArray number;
    try (NDManager call = gpu.newSubManager()) {
      number = HostMemory.of(call).create(3L);
      assertThat(number.getDevice()).isEqualTo(Device.cpu());
      assertThat(number.getLong()).isEqualTo(3);
    }
    assertThat(number.isReleased()).isTrue();
  }

  @Test
  void shouldAddNoScopeWhereTheProcessorComputes() {
    try (NDManager call = model.newScope()) {
      assertThat(HostMemory.of(call)).isSameAs(call);
    }
  }

  @Test
  void shouldGiveAStepNothingThatIsReadFromAGpu() {
    OptimizerSettings sophia = OptimizerSettings.sophia(0);
    try (Activations activations = Activations.of(model, FIXTURE.prompts(), 1);
        LoraTrainer trainer =
            new LoraTrainer(activations, FIXTURE.adapter(), name -> true, sophia, 1);
        NDManager call = gpu.newSubManager()) {
      NDList inputs = trainer.stepInputs(call, FIXTURE.meanCrossEntropy(), 1e-3);
      assertThat(inputs).hasSizeGreaterThan(8).allMatch(one -> !one.getDevice().isGpu());
    }
  }

  @Test
  void shouldGiveASteeringStepNothingThatIsReadFromAGpu() {
    float[] direction = new float[model.folder().width()];
    AdapterTensors start = FIXTURE.adapter().withoutDropout();
    try (Activations activations = Activations.of(model, FIXTURE.prompts(), 0);
        SteeredStates states = new SteeredStates(activations, 1, 1, start, direction);
        NDManager call = gpu.newSubManager()) {
      NDList inputs = states.inputs(call, model, new int[] {0}, new int[] {1, 2});
      assertThat(inputs).hasSize(5).allMatch(one -> !one.getDevice().isGpu());
    }
  }

  /** PyTorch's meta device has shapes and no values: whoever reads one there fails. */
  @ParameterizedTest
  @ValueSource(strings = {"adamw", "curve"})
  void shouldReadOnlyTheHyperParametersInAnOptimizersStep(String method) {
    try (NDManager scope = model.newScope();
        Program mover = Program.compile(scope, "Mover", List.of("mover.py"), Map.of())) {
      NDArray hyper = scope.ones(new Shape(6), DataType.FLOAT64);
      NDList inputs = new NDList(away(mover, "found[]", scope.ones(new Shape(4, 2))), hyper);
      for (String dictionary : method.equals("adamw") ? List.of("lora", "m", "v") : List.of("v")) {
        inputs.add(away(mover, dictionary + ".b", scope.ones(new Shape(4, 2))));
      }
      assertThat(model.callBare(method, Mode.CONSTANT, inputs).toDoubleArray())
          .isEqualTo(hyper.toDoubleArray());
      inputs.set(1, away(mover, null, hyper));
      assertThatThrownBy(() -> model.callBare(method, Mode.CONSTANT, inputs))
          .hasMessageContaining("Meta tensors");
    }
  }

  @Test
  void shouldReadOnlyThePlaceWhereActivationsAreKept() {
    try (NDManager scope = model.newScope();
        Program mover = Program.compile(scope, "Mover", List.of("mover.py"), Map.of())) {
      NDArray rows = away(mover, null, scope.ones(new Shape(2, 3, 4)));
      NDArray bank = away(mover, null, scope.ones(new Shape(5, 3, 4)));
      NDArray place = scope.create(3L);
      NDList inputs = new NDList(rows, place, bank);
      assertThat(model.callBare("keep", Mode.CONSTANT, inputs).getLong()).isEqualTo(3);
      inputs.set(1, away(mover, null, place));
      assertThatThrownBy(() -> model.callBare("keep", Mode.CONSTANT, inputs))
          .hasMessageContaining("Meta tensors");
    }
  }

  private static NDArray away(Program mover, String name, NDArray array) {
    NDArray moved = mover.call("away", Mode.CONSTANT, new NDList(array));
    moved.setName(name);
    return moved;
  }
}
