package io.lethe.engine.model;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineException;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.LoraConfiguration;
import io.lethe.engine.checkpoint.ModelFamily;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where LoRA training begins: A drawn from a seed as PEFT draws it, B zero, so that the first
 * answer is the base's.
 */
public final class LoraStart {
  public static final String A = ".lora_A.weight";
  public static final String B = ".lora_B.weight";

  private static final Pattern LAYER =
      Pattern.compile(
          "(encoder\\.layer|encoder\\.block|decoder\\.block|model\\.layers)\\.(\\d+)\\..*");

  private LoraStart() {}

  /**
   * Fresh tensors for the given projections of the last layers. The names of the weights tell the
   * family.
   *
   * @param shapeOf shape of a weight of the model by its name, or null where it has none
   * @param layers number of layers of the model
   * @param topLayers how many of the last ones are adapted
   * @param targets projections as {@link ModelFamily#projections} takes them
   */
  public static AdapterTensors draw(
      Function<String, long[]> shapeOf,
      int layers,
      int topLayers,
      List<String> targets,
      int rank,
      double loraAlpha,
      long seed) {
    Predicate<String> hasWeight = weight -> shapeOf.apply(weight) != null;
    ModelFamily family = ModelFamily.ofWeights(hasWeight);
    List<String> names = family.layerNames(hasWeight);
    // java.util.Random is specified to the bit, so the draw is the same on every platform.
    Random random = new Random(seed);
    Map<String, FloatTensor> tensors = new TreeMap<>();
    for (String layer : names.subList(Math.max(0, layers - topLayers), layers)) {
      for (String target : targets) {
        List<String> modules =
            family.projections(target).stream()
                .map(projection -> layer + projection)
                .filter(module -> hasWeight.test(module + ".weight"))
                .toList();
        if (modules.isEmpty()) {
          throw new EngineException(
              "targets names "
                  + target
                  + ", which no part of layer "
                  + layer.substring(0, layer.length() - 1)
                  + " has; name projections of its layers, such as "
                  + family.projections("query"));
        }
        for (String module : modules) {
          add(tensors, module, shapeOf.apply(module + ".weight"), rank, random);
        }
      }
    }
    return new AdapterTensors(rank, loraAlpha, tensors);
  }

  /** Fresh tensors for every projection that the configuration chooses. */
  public static AdapterTensors draw(
      LanguageModel model, LoraConfiguration configuration, long seed) {
    Random random = new Random(seed);
    SortedMap<String, FloatTensor> tensors = new TreeMap<>();
    for (String module : model.projections()) {
      if (configuration.adapts(module)) {
        add(tensors, module, model.shapeOf(module + ".weight"), configuration.rank(), random);
      }
    }
    if (tensors.isEmpty()) {
      throw new EngineException(
          "target_modules and exclude_modules leave no projection; name some of "
              + model.projections());
    }
    return new AdapterTensors(
        configuration.rank(),
        configuration.loraAlpha(),
        configuration.rankStabilized(),
        configuration.dropout(),
        tensors);
  }

  private static void add(
      Map<String, FloatTensor> tensors, String module, long[] shape, int rank, Random random) {
    tensors.put(module + A, uniform(new long[] {rank, shape[1]}, random));
    long[] up = {shape[0], rank};
    tensors.put(module + B, new FloatTensor(up, new float[Math.toIntExact(shape[0] * rank)]));
  }

  /**
   * The lowest layer with an update: whatever lies below gives the same for every training step. Of
   * an encoder with a decoder behind it only the encoder's layers count, since only they lie below
   * one another on the way of the prompt; where none of them has an update, the number is beyond
   * any of theirs.
   */
  public static int lowestLayer(AdapterTensors tensors) {
    return tensors.tensors().keySet().stream()
        .mapToInt(LoraStart::layerOf)
        .min()
        .orElseThrow(() -> new EngineException("the adapter holds no tensors"));
  }

  private static int layerOf(String name) {
    Matcher matcher = LAYER.matcher(name);
    if (!matcher.matches()) {
      return 0;
    }
    return matcher.group(1).equals("decoder.block")
        ? Integer.MAX_VALUE
        : Integer.parseInt(matcher.group(2));
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
