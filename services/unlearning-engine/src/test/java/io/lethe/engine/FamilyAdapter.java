package io.lethe.engine;

import io.lethe.engine.model.LanguageModel;
import io.lethe.engine.model.LoraStart;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * The adapters of src/test/resources/reference/families, each written by the engine and read by
 * PEFT: check_families.py beside them gave their logits.
 */
final class FamilyAdapter {
  private FamilyAdapter() {}

  /** The families differ in how the updates are scaled and chosen. */
  private static LoraConfiguration configuration(String family) {
    ModuleChoice values = ModuleChoice.matching(".*(value|v|v_proj)");
    ModuleChoice none = ModuleChoice.none();
    return switch (family) {
      case "llama" -> new LoraConfiguration(3, 6, true, 0, values, none, Set.of());
      case "qwen3" -> new LoraConfiguration(3, 6, false, 0.25, values, none, Set.of(1));
      case "t5" ->
          new LoraConfiguration(
              3, 6, false, 0, values, ModuleChoice.ofNames(List.of("EncDecAttention.v")), Set.of());
      default -> new LoraConfiguration(3, 6, false, 0, values, none, Set.of());
    };
  }

  static Candidate candidate(String family, LanguageModel model) {
    AdapterTensors start = LoraStart.draw(model, configuration(family), 11);
    Random random = new Random(12);
    Map<String, FloatTensor> tensors = new TreeMap<>(start.tensors());
    tensors.replaceAll(
        (name, tensor) -> {
          float[] values = Arrays.copyOf(tensor.values(), tensor.values().length);
          for (int i = 0; name.endsWith(LoraStart.B) && i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
          }
          return new FloatTensor(tensor.shape(), values);
        });
    AdapterManifest manifest =
        new AdapterManifest("0".repeat(64), "f32", "fixture", "1".repeat(64), null, 11, null);
    return new Candidate(start.with(tensors), manifest, null);
  }
}
