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

  public boolean isFinite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
