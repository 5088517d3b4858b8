package io.lethe.worker.unlearn;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.worker.ManualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TrainingThreadTest {
  private final CountDownLatch died = new CountDownLatch(1);
  private final TrainingThread training = new TrainingThread(new ManualClock(), died::countDown);

  @Test
  void shouldAskForANewProcessAfterAnErrorAndNotAfterAnException() throws Exception {
    training.execute(
        () -> {
          throw new IllegalStateException("of one forget set");
        });
    CountDownLatch ran = new CountDownLatch(1);
    training.execute(ran::countDown);
    assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(training.isDead()).isFalse();

    training.execute(
        () -> DeviceFaultError.throwIfDevice(new RuntimeException("CUDA error: unspecified")));
    assertThat(died.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(training.isDead()).isTrue();
    assertThat(training.stop(Duration.ofSeconds(10))).isTrue();
  }
}
