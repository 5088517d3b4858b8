package io.lethe.cli.bench;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineException;
import io.lethe.engine.FloatTensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How an adapter comes about when others were released before it. */
enum SequenceWay {
  /** The released adapter goes on by the request's rows: what the product does. */
  CONTINUE,

  /** Nothing goes on: the original forgets the rows of every request so far at once. */
  RESTART,

  /** The original forgets the request's rows alone, and what all requests changed is added up. */
  STACK;

  /** The line's name in a report. */
  String of(String method) {
    return this == CONTINUE ? method : method + ", " + name().toLowerCase(Locale.ROOT);
  }

  /**
   * Two adapters' changes as one.
   *
   * @param first null for no change
   * @throws EngineException when their A differ, so that adding B is not adding changes
   */
  static AdapterTensors added(AdapterTensors first, AdapterTensors second) {
    if (first == null) {
      return second;
    }
    Map<String, FloatTensor> sums = new TreeMap<>();
    second
        .tensors()
        .forEach((name, tensor) -> sums.put(name, added(name, first.tensors().get(name), tensor)));
    return second.with(sums);
  }

  private static FloatTensor added(String name, FloatTensor first, FloatTensor second) {
    float[] values = second.values().clone();
    if (!name.contains(".lora_B.")) {
      if (first == null || !Arrays.equals(values, first.values())) {
        throw new EngineException(
            "adapters with another "
                + name
                + " cannot be stacked; give --ways stack to methods that move B alone, such as"
                + " influence");
      }
      return second;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] += first.values()[i];
    }
    return new FloatTensor(second.shape(), values);
  }
}
