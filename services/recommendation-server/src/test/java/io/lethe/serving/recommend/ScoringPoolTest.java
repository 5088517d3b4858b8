package io.lethe.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ScoringPoolTest {
  @Test
  void shouldRefuseWithTheRemedyWhenTheQueueIsFull() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (ScoringPool pool = new ScoringPool(1, 1)) {
      CompletableFuture<String> first =
          pool.submit(
              () -> {
                running.countDown();
                await(release);
                return "first";
              });
      assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<String> second = pool.submit(() -> "second");
      assertThat(pool.waiting()).isEqualTo(1);
      assertThatThrownBy(() -> pool.submit(() -> "third"))
          .isInstanceOf(BusyException.class)
          .hasMessageContaining("lethe.queue-max");
      release.countDown();
      assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("first");
      assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("second");
    }
  }

  @Test
  void shouldSkipWorkWhoseCallerGaveUp() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean ran = new AtomicBoolean();
    try (ScoringPool pool = new ScoringPool(1, 2)) {
      pool.submit(
          () -> {
            await(release);
            return 1;
          });
      CompletableFuture<Boolean> abandoned = pool.submit(() -> ran.getAndSet(true));
      abandoned.cancel(false);
      CompletableFuture<Integer> last = pool.submit(() -> 3);
      release.countDown();
      assertThat(last.get(10, TimeUnit.SECONDS)).isEqualTo(3);
      assertThat(ran).isFalse();
    }
  }

  @Test
  void shouldHandOnWhatWentWrong() {
    try (ScoringPool pool = new ScoringPool(1, 1)) {
      CompletableFuture<Object> failed =
          pool.submit(
              () -> {
                throw new IllegalStateException("broken");
              });
      assertThatThrownBy(() -> failed.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("broken");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Nobody released the latch.");
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
