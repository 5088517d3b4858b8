package io.lethe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.program.Program.Mode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Steering of hidden states against PyTorch; make_methods_reference.py tells how. */
class SteeringReferenceTest {
  private static LanguageModel model;
  private static Activations activations;

  @BeforeAll
  static void openModel() {
    model = Reference.tinyBert(Reference.settings());
    activations = Activations.of(model, Reference.prompts(), 0);
  }

  @AfterAll
  static void closeModel() {
    activations.close();
    model.close();
  }

  private static NDArray named(NDManager call, String name, float[] values, long... shape) {
    NDArray array = call.create(values, new Shape(shape));
    array.setName(name);
    return array;
  }

  @Test
  void shouldGiveTheLossOfThePublishedFormula() {
    JsonNode expected = Reference.json("methods.json").path("steering");
    float forget = (float) expected.path("forget_weight").asDouble() / 2;
    float retain = (float) expected.path("retain_weight").asDouble();
    try (NDManager call = model.newScope()) {
      float[] states = Reference.toFloats(expected.path("states"));
      float[] reference = Reference.toFloats(expected.path("reference"));
      float[] direction = Reference.toFloats(expected.path("direction"));
      NDList inputs =
          new NDList(
              call.create(states, new Shape(3, 4, 5)),
              call.create(Reference.toFloats(expected.path("mask")), new Shape(3, 4)),
              named(call, "t.reference", reference, 1, 4, 5),
              named(call, "t.direction", direction, 5),
              named(call, "t.weights", new float[] {forget, forget, retain}, 3));
      assertThat((double) model.callBare("steering_of", Mode.INFERENCE, inputs).getFloat())
          .isCloseTo(
              expected.path("loss").asDouble(), within(1e-6 * expected.path("loss").asDouble()));
    }
  }

  @Test
  void shouldHoldRetainedStatesStillBeforeTheFirstStep() {
    AdapterTensors start = Reference.tinyAdapter();
    try (SteeredStates states = new SteeredStates(activations, 2, 1, start, new float[32]);
        LoraTrainer trainer = new LoraTrainer(activations, start, name -> true, 0)) {
      double retained = trainer.steer(states, new int[] {0, 1}, new int[] {2}, 1e-9, 1, 1e-9);
      assertThat(retained).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void shouldSteerForgetRowsAndHoldNothingMoreAfterThreeHundredSteps() {
    List<String> targets = List.of("attention.self.query", "attention.self.value");
    AdapterTensors start = LoraStart.draw(model::shapeOf, 2, 2, targets, 4, 8, 1);
    float[] direction = new float[32];
    direction[3] = 5;
    int[] forget = {0, 1};
    int[] retain = {2};
    try (SteeredStates states = new SteeredStates(activations, 2, 2, start, direction);
        LoraTrainer trainer = new LoraTrainer(activations, start, name -> true, 0)) {
      double first = trainer.steer(states, forget, retain, 1, 0.1, 1e-2);
      int held = trainer.managedArrays();
      int heldByModel = model.managedArrays();
      double last = first;
      for (int step = 0; step < 300; step++) {
        last = trainer.steer(states, forget, retain, 1, 0.1, 1e-2);
      }
      assertThat(last).isLessThan(0.9 * first);
      assertThat(trainer.managedArrays()).isEqualTo(held);
      assertThat(model.managedArrays()).isEqualTo(heldByModel);
    }
  }
}
