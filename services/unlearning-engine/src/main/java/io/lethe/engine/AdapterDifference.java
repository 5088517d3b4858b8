package io.lethe.engine;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Where two adapters part.
 *
 * @param firstTensor first tensor by name that is not the same in both
 * @param tensors how many are not
 * @param largest largest absolute difference of two values, infinite where a tensor is missing, has
 *     another shape or holds a value that is not a number
 */
public record AdapterDifference(String firstTensor, int tensors, double largest) {

  /**
   * Of an adapter at rest and one just trained; empty where every tensor is the same to the bit.
   */
  public static Optional<AdapterDifference> between(Path folder, Candidate candidate) {
    return between(AdapterFolder.read(folder).tensors(), candidate.tensors());
  }

  static Optional<AdapterDifference> between(AdapterTensors left, AdapterTensors right) {
    TreeSet<String> names = new TreeSet<>(left.tensors().keySet());
    names.addAll(right.tensors().keySet());
    String first = null;
    int count = 0;
    double largest = 0;
    for (String name : names) {
      FloatTensor one = left.tensors().get(name);
      FloatTensor other = right.tensors().get(name);
      if (one == null
          || other == null
          || !Arrays.equals(one.shape(), other.shape())
          || !Arrays.equals(one.values(), other.values())) {
        first = first == null ? name : first;
        count++;
        largest = Math.max(largest, distance(one, other));
      }
    }
    return first == null
        ? Optional.empty()
        : Optional.of(new AdapterDifference(first, count, largest));
  }

  private static double distance(FloatTensor one, FloatTensor other) {
    if (one == null || other == null || !Arrays.equals(one.shape(), other.shape())) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    for (int i = 0; i < one.values().length; i++) {
      double distance = Math.abs((double) one.values()[i] - other.values()[i]);
      largest = Double.isNaN(distance) ? Double.POSITIVE_INFINITY : Math.max(largest, distance);
    }
    return largest;
  }
}
