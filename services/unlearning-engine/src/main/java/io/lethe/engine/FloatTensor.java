package io.lethe.engine;

/**
 * A dense float32 tensor in Java memory.
 *
 * @param shape rows first
 * @param values in row-major order; not to be altered
 */
public record FloatTensor(long[] shape, float[] values) {
  public FloatTensor {
    long size = 1;
    for (long dimension : shape) {
      size = Math.multiplyExact(size, dimension);
    }
    if (size != values.length) {
      throw new EngineException(
          "shape holds " + size + " values, but " + values.length + " are given");
    }
  }

  /** Both added value by value; they have one shape. */
  public static FloatTensor sum(FloatTensor a, FloatTensor b) {
    float[] values = a.values.clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += b.values[i];
    }
    return new FloatTensor(a.shape, values);
  }

  /** The first less the second, value by value; they have one shape. */
  public static FloatTensor difference(FloatTensor a, FloatTensor b) {
    float[] values = a.values.clone();
    for (int i = 0; i < values.length; i++) {
      values[i] -= b.values[i];
    }
    return new FloatTensor(a.shape, values);
  }

  public boolean isFinite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
