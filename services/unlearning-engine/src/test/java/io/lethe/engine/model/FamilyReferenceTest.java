package io.lethe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.checkpoint.ModelFamily;
import io.lethe.engine.program.Program.Mode;
import io.lethe.engine.text.EncodedPrompt;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;

/** Each family's program against PyTorch, Transformers and PEFT. */
class FamilyReferenceTest {
  private static final Offset<Float> TOLERANCE = within(1e-4f);

  private static final Map<String, LanguageModel> MODELS = new TreeMap<>();

  private static LanguageModel model(FamilyFixture fixture) {
    return MODELS.computeIfAbsent(fixture.name(), name -> fixture.open(Reference.settings()));
  }

  @AfterAll
  static void closeModels() {
    MODELS.values().forEach(LanguageModel::close);
    MODELS.clear();
  }

  private static LoraTrainer trainer(Activations activations, AdapterTensors start) {
    return new LoraTrainer(activations, start, name -> true, 0.01);
  }

  @EachFamily
  void shouldGiveTheLogitsOfTransformers(FamilyFixture fixture) {
    LanguageModel model = model(fixture);
    assertNear(model.logits(fixture.prompts(), null), fixture.floats("logits_without_adapter"));
  }

  @EachFamily
  void shouldGiveTheLogitsOfPeftWithItsAdapter(FamilyFixture fixture) {
    LanguageModel model = model(fixture);
    try (LoraTensors lora = model.place(fixture.adapter())) {
      assertNear(model.logits(fixture.prompts(), lora), fixture.floats("logits"));
    }
  }

  @EachFamily
  void shouldGiveTheLossAndTheGradientsOfAutograd(FamilyFixture fixture) {
    LanguageModel model = model(fixture);
    try (Activations activations = Activations.of(model, fixture.prompts(), 0);
        LoraTrainer trainer = trainer(activations, fixture.adapter().withoutDropout())) {
      assertNear(
          trainer.gradients(fixture.meanCrossEntropy()),
          fixture.tensors("lora_gradients.safetensors"));
      double loss = trainer.step(fixture.meanCrossEntropy(), 1e-3);
      assertThat(loss).isCloseTo(fixture.expected().path("loss").asDouble(), within(1e-4));
    }
  }

  @EachFamily
  void shouldFollowTorchsAdamWForTwentySteps(FamilyFixture fixture) {
    LanguageModel model = model(fixture);
    // From the layer where updates begin, as in earnest; what lies below is kept.
    int split = LoraStart.lowestLayer(fixture.adapter());
    try (Activations activations = Activations.of(model, fixture.prompts(), split);
        LoraTrainer trainer = trainer(activations, fixture.adapter().withoutDropout())) {
      JsonNode losses = fixture.expected().path("losses");
      for (int step = 0; step < 20; step++) {
        double loss = trainer.step(fixture.meanCrossEntropy(), 1e-3);
        assertThat(loss).isCloseTo(losses.path(step).asDouble(), within(1e-4));
      }
      assertNear(trainer.tensors().tensors(), fixture.tensors("lora_after_20_steps.safetensors"));
      assertNear(trainer.logits(fixture.rows()), fixture.floats("logits_after"));
    }
  }

  @EachFamily
  void shouldAnswerARowAloneAsAmongLongerOnes(FamilyFixture fixture) {
    LanguageModel model = model(fixture);
    float[] together = model.logits(fixture.prompts(), null);
    for (int row = 0; row < fixture.prompts().size(); row++) {
      float[] alone = model.logits(fixture.prompts().subList(row, row + 1), null);
      assertNear(alone, Arrays.copyOfRange(together, 2 * row, 2 * row + 2));
    }
  }

  @EachFamily
  void shouldAnswerAlikeWithPaddingOnTheLeft(FamilyFixture fixture) {
    LanguageModel model = model(fixture);
    // An encoder with absolute positions would see another text.
    boolean absolute = model.folder().architecture().family() == ModelFamily.ENCODER;
    int padding = absolute ? 0 : 3;
    float[] expected = fixture.floats("logits_without_adapter");
    for (int row = 0; row < fixture.prompts().size(); row++) {
      EncodedPrompt prompt = fixture.prompts().get(row);
      int length = padding + prompt.length();
      long[] ids = new long[length];
      float[] mask = new float[length];
      System.arraycopy(prompt.ids(), 0, ids, padding, prompt.length());
      Arrays.fill(mask, padding, length, 1);
      try (NDManager call = model.newScope()) {
        NDList inputs =
            new NDList(
                call.create(ids, new Shape(1, length)),
                call.create(mask, new Shape(1, length)),
                call.create(new long[] {padding + prompt.answerAt()}));
        float[] logits = model.call("answer", Mode.INFERENCE, inputs, null).toFloatArray();
        assertNear(logits, Arrays.copyOfRange(expected, 2 * row, 2 * row + 2));
      }
    }
  }

  @EachFamily
  void shouldGiveTheSameLogitsFromKeptActivations(FamilyFixture fixture) {
    LanguageModel model = model(fixture);
    float[] expected = fixture.floats("logits_without_adapter");
    for (int split = 0; split < model.folder().layers(); split++) {
      try (Activations kept = Activations.of(model, fixture.prompts(), split);
          Activations computed = Activations.of(model, fixture.prompts(), split, 0)) {
        assertNear(kept.logits(fixture.rows(), null), expected);
        assertNear(computed.logits(fixture.rows(), null), expected);
      }
    }
  }

  @EachFamily
  void shouldStayNearTheReferenceInBf16(FamilyFixture fixture) {
    try (LanguageModel half =
        fixture.open(Reference.settings().withPrecision(EngineSettings.BF16))) {
      float[] expected = fixture.floats("logits_without_adapter");
      float[] logits = half.logits(fixture.prompts(), null);
      for (int i = 0; i < expected.length; i++) {
        assertThat(logits[i]).isCloseTo(expected[i], within(0.06f));
      }
    }
  }

  @EachFamily
  void shouldLearnWithFreshUpdatesOfQueriesAndValues(FamilyFixture fixture) {
    LanguageModel model = model(fixture);
    List<String> byRole = List.of("attention.self.query", "attention.self.value");
    AdapterTensors fresh =
        LoraStart.draw(model::shapeOf, model.folder().layers(), 1, byRole, 4, 8, 3);
    try (Activations activations =
            Activations.of(model, fixture.prompts(), LoraStart.lowestLayer(fresh));
        LoraTrainer trainer = new LoraTrainer(activations, fresh, name -> true, 0)) {
      assertNear(trainer.logits(fixture.rows()), fixture.floats("logits_without_adapter"));
      double before = trainer.step(fixture.meanCrossEntropy(), 1e-2);
      for (int step = 0; step < 5; step++) {
        trainer.step(fixture.meanCrossEntropy(), 1e-2);
      }
      assertThat(trainer.step(fixture.meanCrossEntropy(), 1e-2)).isLessThan(before);
    }
  }

  @EachFamily
  void shouldMergeAnUpdateIntoTheWeightsItWasTrainedOn(FamilyFixture fixture) {
    LanguageModel model = model(fixture);
    AdapterTensors adapter = fixture.adapter();
    var merged = model.merged(adapter);
    assertThat(merged.keySet()).isEqualTo(model.folder().weights().keySet());
    String a = adapter.tensors().firstKey();
    String module = a.substring(0, a.length() - LoraStart.A.length());
    FloatTensor down = adapter.tensors().get(a);
    FloatTensor up = adapter.tensors().get(module + LoraStart.B);
    float expected = model.folder().weights().get(module + ".weight").toFloats()[0];
    int width = (int) down.shape()[1];
    for (int i = 0; i < adapter.rank(); i++) {
      expected += adapter.scaling() * up.values()[i] * down.values()[i * width];
    }
    assertThat(merged.get(module + ".weight").toFloats()[0]).isCloseTo(expected, TOLERANCE);
  }

  private static void assertNear(
      Map<String, FloatTensor> found, Map<String, FloatTensor> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          assertThat(found.get(name).shape()).isEqualTo(tensor.shape());
          assertNear(found.get(name).values(), tensor.values());
        });
  }

  private static void assertNear(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], TOLERANCE);
    }
  }
}
