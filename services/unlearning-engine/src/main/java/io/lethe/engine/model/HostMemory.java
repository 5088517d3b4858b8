package io.lethe.engine.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Where small arguments of a call are made: in the processor's memory, wherever the model computes.
 * A number that the program reads by {@code int()} or {@code float()} must be there, since reading
 * one from a GPU waits for all that the GPU has yet to do. A step's rows may be there; the program
 * sends them on itself.
 */
final class HostMemory {
  private HostMemory() {}

  /** A scope in the processor's memory that ends with the given one. */
  static NDManager of(NDManager scope) {
    return scope.getDevice().isGpu() ? scope.newSubManager(Device.cpu()) : scope;
  }

  /** The values of an array that lives on: DJL would keep a GPU's copy for as long as it lives. */
  static float[] read(NDArray array) {
    if (!array.getDevice().isGpu()) {
      return array.toFloatArray();
    }
    NDArray copy = array.toDevice(Device.cpu(), true);
    try (NDManager scope = copy.getManager()) {
      return copy.toFloatArray();
    }
  }
}
