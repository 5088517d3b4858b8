package io.lethe.engine.model;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineException;
import io.lethe.engine.FloatTensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where LoRA training begins: A drawn from a seed as PEFT draws it, B zero, so that the first
 * answer is the base's.
 */
public final class LoraStart {
  public static final String A = ".lora_A.weight";
  public static final String B = ".lora_B.weight";

  private static final Pattern LAYER = Pattern.compile("encoder\\.layer\\.(\\d+)\\..*");

  private LoraStart() {}

  /**
   * Fresh tensors for the given projections of the last layers.
   *
   * @param shapeOf shape of a weight of the model by its name, or null where it has none
   * @param layers number of layers of the model
   * @param topLayers how many of the last ones are adapted
   */
  public static AdapterTensors draw(
      Function<String, long[]> shapeOf,
      int layers,
      int topLayers,
      List<String> targets,
      int rank,
      double loraAlpha,
      long seed) {
    // java.util.Random is specified to the bit, so the draw is the same on every platform.
    Random random = new Random(seed);
    Map<String, FloatTensor> tensors = new TreeMap<>();
    for (int layer = Math.max(0, layers - topLayers); layer < layers; layer++) {
      for (String target : targets) {
        String name = "encoder.layer." + layer + "." + target;
        long[] shape = shapeOf.apply(name + ".weight");
        if (shape == null || shape.length != 2) {
          throw new EngineException(
              "the model has no projection " + name + "; name parts of its layers as targets");
        }
        tensors.put(name + A, uniform(new long[] {rank, shape[1]}, random));
        long[] up = {shape[0], rank};
        tensors.put(name + B, new FloatTensor(up, new float[Math.toIntExact(shape[0] * rank)]));
      }
    }
    return new AdapterTensors(rank, loraAlpha, tensors);
  }

  /**
   * The lowest layer with an update: whatever lies below gives the same for every training step.
   */
  public static int lowestLayer(AdapterTensors tensors) {
    return tensors.tensors().keySet().stream()
        .mapToInt(LoraStart::layerOf)
        .min()
        .orElseThrow(() -> new EngineException("the adapter holds no tensors"));
  }

  private static int layerOf(String name) {
    Matcher matcher = LAYER.matcher(name);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** Kaiming's uniform with a = sqrt(5): within one over the root of the inputs. */
  private static FloatTensor uniform(long[] shape, Random random) {
    float bound = (float) (1 / Math.sqrt(shape[1]));
    float[] values = new float[Math.toIntExact(shape[0] * shape[1])];
    for (int i = 0; i < values.length; i++) {
      values[i] = (2 * random.nextFloat() - 1) * bound;
    }
    return new FloatTensor(shape, values);
  }
}
