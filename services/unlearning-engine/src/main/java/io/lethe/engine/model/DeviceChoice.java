package io.lethe.engine.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;

/** Which device a setting means on this machine. */
final class DeviceChoice {
  private DeviceChoice() {}

  /** Nothing of CUDA is touched for a setting of cpu. */
  static Device of(String wanted, Engine engine) {
    if (wanted.equals(EngineSettings.CPU)) {
      return Device.cpu();
    }
    boolean built = engine.hasCapability(StandardCapabilities.CUDA);
    return of(wanted, built, built ? engine.getGpuCount() : 0);
  }

  /**
   * The device, or an {@link EngineException} where the machine lacks it: who asks for a GPU must
   * not be served by the processor unknowingly.
   *
   * @param built whether the native library was built with CUDA
   * @param gpus that the driver shows
   */
  static Device of(String wanted, boolean built, int gpus) {
    if (wanted.equals(EngineSettings.CPU) || wanted.equals(EngineSettings.AUTO) && gpus == 0) {
      return Device.cpu();
    }
    if (!built) {
      throw new EngineException(
          "device is "
              + wanted
              + ", but the native library on the class path was built without CUDA; put a"
              + " pytorch-native artefact for CUDA there, or set device to cpu or auto");
    }
    int number = wanted.contains(":") ? Integer.parseInt(wanted.split(":")[1]) : 0;
    if (number >= gpus) {
      throw new EngineException(
          "device is "
              + wanted
              + ", but the driver shows "
              + gpus
              + " GPUs, counted from 0; set device to one of them, to cpu or to auto");
    }
    return Device.gpu(number);
  }
}
