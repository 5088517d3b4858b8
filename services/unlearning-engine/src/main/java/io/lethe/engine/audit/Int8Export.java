package io.lethe.engine.audit;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.FloatTensor;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an adapter is after an export to int8 and back. Quantising can undo unlearning whose change
 * of the weights is smaller than a step of the grid (Zhang et al., 2024), so a candidate is
 * measured again after it.
 */
public final class Int8Export {
  private static final int STEPS = 127;

  private Int8Export() {}

  /** Every LoRA tensor rounded to 255 steps an output channel, symmetric about zero. */
  public static AdapterTensors roundTrip(AdapterTensors adapter) {
    Map<String, FloatTensor> tensors = new TreeMap<>();
    adapter.tensors().forEach((name, tensor) -> tensors.put(name, roundTrip(tensor)));
    return adapter.with(tensors);
  }

  /** A tensor whose first dimension counts the output channels. */
  static FloatTensor roundTrip(FloatTensor tensor) {
    float[] values = tensor.values().clone();
    int channels = Math.toIntExact(tensor.shape()[0]);
    int width = channels == 0 ? 0 : values.length / channels;
    for (int channel = 0; channel < channels; channel++) {
      int from = channel * width;
      float largest = 0;
      for (int i = from; i < from + width; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      float step = largest / STEPS;
      for (int i = from; i < from + width && step > 0; i++) {
        values[i] = (float) Math.rint(values[i] / step) * step;
      }
    }
    return new FloatTensor(tensor.shape(), values);
  }
}
