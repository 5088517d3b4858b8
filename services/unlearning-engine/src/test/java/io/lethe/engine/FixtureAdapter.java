package io.lethe.engine;

import io.lethe.engine.model.LanguageModel;
import io.lethe.engine.model.LoraStart;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The adapter of src/test/resources/reference/lethe-adapter, which the engine wrote and PEFT read:
 * check_adapter.py beside it gave lethe-adapter-logits.json.
 */
final class FixtureAdapter {
  private FixtureAdapter() {}

  static Candidate candidate(LanguageModel tinyBert) {
    List<String> targets = List.of("attention.self.query", "attention.self.value", "output.dense");
    AdapterTensors start = LoraStart.draw(tinyBert::shapeOf, 2, 2, targets, 3, 6, 11);
    Random random = new Random(12);
    Map<String, FloatTensor> tensors = new TreeMap<>();
    start
        .tensors()
        .forEach(
            (name, tensor) -> {
              float[] values = tensor.values().clone();
              for (int i = 0; name.endsWith(LoraStart.B) && i < values.length; i++) {
                values[i] = random.nextFloat() - 0.5f;
              }
              tensors.put(name, new FloatTensor(tensor.shape(), values));
            });
    AdapterManifest manifest =
        new AdapterManifest(
            "0".repeat(64),
            "f32",
            "fixture",
            "1".repeat(64),
            null,
            11,
            TinyModel.unlearningSettings());
    return new Candidate(new AdapterTensors(3, 6, tensors), manifest, null);
  }
}
