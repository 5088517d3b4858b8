package io.lethe.engine;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * LoRA tensors in Java memory.
 *
 * @param rank of every update
 * @param loraAlpha LoRA's alpha; an update is scaled by alpha / rank
 * @param tensors by name in the model, such as {@code
 *     encoder.layer.0.attention.self.query.lora_A.weight}
 */
public record AdapterTensors(int rank, double loraAlpha, SortedMap<String, FloatTensor> tensors) {
  public AdapterTensors(int rank, double loraAlpha, Map<String, FloatTensor> tensors) {
    this(rank, loraAlpha, (SortedMap<String, FloatTensor>) new TreeMap<>(tensors));
  }

  public AdapterTensors {
    tensors = Collections.unmodifiableSortedMap(tensors);
  }

  public double scaling() {
    return loraAlpha / rank;
  }

  public boolean isFinite() {
    return tensors.values().stream().allMatch(FloatTensor::isFinite);
  }
}
