package io.lethe.worker.unlearn;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.lethe.engine.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceFaultErrorTest {
  /** Four pebibytes, which no machine's address space has. */
  private static final Shape TOO_LARGE = new Shape(1L << 50);

  @Test
  void shouldTellThatThereIsNoMemoryLeftByWhatPyTorchItselfSays() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Throwable failed = catchThrowable(() -> manager.zeros(TOO_LARGE));
      assertThatThrownBy(() -> DeviceFaultError.throwIfDevice(failed))
          .isInstanceOf(DeviceFaultError.class)
          .hasCause(failed);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79.11 GiB",
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"
      })
  void shouldTellADeviceThatFailed(String text) {
    assertThatThrownBy(
            () ->
                DeviceFaultError.throwIfDevice(
                    new EngineException("the step failed", new RuntimeException(text))))
        .isInstanceOf(DeviceFaultError.class);
  }

  @Test
  void shouldLeaveAloneWhatAForgetSetIsAtFaultFor() {
    assertThatCode(
            () ->
                DeviceFaultError.throwIfDevice(
                    new EngineException("the adapter store holds no abc", new Exception())))
        .doesNotThrowAnyException();
  }
}
