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
 * @param rankStabilized true scales by alpha / sqrt(rank) instead
 * @param dropout share of an update's inputs left out of a training step; never when answering
 * @param tensors by name in the model, such as {@code
 *     encoder.layer.0.attention.self.query.lora_A.weight}
 */
public record AdapterTensors(
    int rank,
    double loraAlpha,
    boolean rankStabilized,
    double dropout,
    SortedMap<String, FloatTensor> tensors) {
  /** Scaled by alpha / rank and trained without dropout. */
  public AdapterTensors(int rank, double loraAlpha, Map<String, FloatTensor> tensors) {
    this(rank, loraAlpha, false, 0, new TreeMap<>(tensors));
  }

  public AdapterTensors {
    tensors = Collections.unmodifiableSortedMap(tensors);
  }

  /** Other values for the same updates. */
  public AdapterTensors with(Map<String, FloatTensor> values) {
    return new AdapterTensors(rank, loraAlpha, rankStabilized, dropout, new TreeMap<>(values));
  }

  /** The same for training in which every update sees all of its inputs. */
  public AdapterTensors withoutDropout() {
    return new AdapterTensors(rank, loraAlpha, rankStabilized, 0, tensors);
  }

  public double scaling() {
    return loraAlpha / (rankStabilized ? Math.sqrt(rank) : rank);
  }

  public boolean isFinite() {
    return tensors.values().stream().allMatch(FloatTensor::isFinite);
  }
}
