package io.lethe.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.FloatTensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** LoRA tensors in native memory, named as the program's dictionary argument wants them. */
public final class LoraTensors implements AutoCloseable {
  static final String PREFIX = "lora.";

  private final NDManager manager;
  private final NDList arrays;
  private final AdapterTensors shape;

  private LoraTensors(NDManager manager, NDList arrays, AdapterTensors shape) {
    this.manager = manager;
    this.arrays = arrays;
    this.shape = shape;
  }

  /** A copy of the tensors that belongs to nobody else. */
  static LoraTensors copy(NDManager parent, AdapterTensors tensors) {
    NDManager manager = parent.newSubManager();
    NDList arrays = new NDList();
    NDArray scaling = manager.create((float) tensors.scaling());
    scaling.setName(PREFIX + "_");
    arrays.add(scaling);
    if (tensors.dropout() > 0) {
      NDArray share = manager.create((float) tensors.dropout());
      share.setName(PREFIX + "_dropout");
      arrays.add(share);
      // What is left out follows from the tensors that training starts from, hence from its seed.
      NDArray draws = manager.create(new long[] {seedOf(tensors)});
      draws.setName(PREFIX + "_draws");
      arrays.add(draws);
    }
    tensors
        .tensors()
        .forEach(
            (name, tensor) -> {
              NDArray array = manager.create(tensor.values(), new Shape(tensor.shape()));
              array.setName(PREFIX + name);
              arrays.add(array);
            });
    return new LoraTensors(manager, arrays, tensors);
  }

  NDList arrays() {
    return arrays;
  }

  /** Names of the tensors that it was made of. */
  Set<String> names() {
    return shape.tensors().keySet();
  }

  NDManager manager() {
    return manager;
  }

  /** The values as they are now. */
  public AdapterTensors read() {
    Map<String, FloatTensor> values = new TreeMap<>();
    for (NDArray array : arrays) {
      String name = array.getName().substring(PREFIX.length());
      if (!name.startsWith("_")) {
        values.put(name, new FloatTensor(array.getShape().getShape(), HostMemory.read(array)));
      }
    }
    return shape.with(values);
  }

  private static long seedOf(AdapterTensors tensors) {
    long seed = 0;
    for (FloatTensor tensor : tensors.tensors().values()) {
      seed = 31 * seed + Arrays.hashCode(tensor.values());
    }
    return seed;
  }

  @Override
  public void close() {
    manager.close();
  }
}
