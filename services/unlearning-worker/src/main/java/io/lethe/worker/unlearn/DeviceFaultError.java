package io.lethe.worker.unlearn;

import java.util.List;
import java.util.stream.Stream;

/**
 * The device that computes is lost, or has no memory left. Whatever is tried next in this process
 * fails as well, so no forget set may be condemned for it: the process ends, and the next one
 * begins the set again, as often as {@code lethe.attempts-max} allows.
 */
public final class DeviceFaultError extends Error {
  private static final long serialVersionUID = 1L;

  /**
   * What PyTorch says of it, as c10 and its CUDA backend word their exceptions. There is no class
   * to tell by: all native failures come as one.
   */
  private static final List<String> SIGNS =
      List.of(
          "CUDA out of memory",
          "CUDA error",
          "CUDA driver error",
          "cuDNN error",
          "CUBLAS_STATUS_",
          "CUDNN_STATUS_",
          "DefaultCPUAllocator: can't allocate memory",
          "DefaultCPUAllocator: not enough memory");

  private DeviceFaultError(Throwable cause) {
    super(
        "the device failed, so this process ends; the next one begins the work again. If it fails"
            + " again, see that lethe.device is healthy, shared with nobody, and large enough",
        cause);
  }

  /** Throws it where the failure, or what caused it, is the device's; else returns. */
  public static void throwIfDevice(Throwable failure) {
    boolean ofTheDevice =
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
            .map(Throwable::getMessage)
            .anyMatch(text -> text != null && SIGNS.stream().anyMatch(text::contains));
    if (ofTheDevice) {
      throw new DeviceFaultError(failure);
    }
  }
}
