package io.lethe.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.AdapterStore;
import io.lethe.worker.ManualClock;
import io.lethe.worker.Sets;
import io.lethe.worker.domain.ParentTracker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterSweepTest {
  private static final Duration RETENTION = Duration.ofDays(30);
  private static final String CURRENT = "a".repeat(64);
  private static final String BELOW = "b".repeat(64);
  private static final String NEVER_PUBLISHED = "c".repeat(64);

  @TempDir private Path store;

  private final ManualClock clock = new ManualClock();
  private final ParentTracker versions = new ParentTracker(Sets.DIGEST, 3, clock);

  @Test
  void shouldRemoveAfterTheRetentionWhatNoVersionMayServe() throws IOException {
    for (int number = 1; number <= 6; number++) {
      versions.apply(
          Sets.version(number, number == 1 ? BELOW : CURRENT, "set-1", watermark(number)).build());
    }
    versions.caughtUp();
    for (String id : new String[] {CURRENT, BELOW, NEVER_PUBLISHED}) {
      store(id);
    }
    AdapterSweep sweep = sweep(RETENTION);

    clock.advance(RETENTION);
    assertThat(sweep.sweep()).isZero();
    clock.advance(Duration.ofMillis(1));
    assertThat(sweep.sweep()).isEqualTo(2);
    assertThat(store.toFile().list()).containsExactly(CURRENT);
  }

  @Test
  void shouldRefuseARetentionThatACandidateMayOutlast() {
    assertThatThrownBy(() -> sweep(Duration.ofMinutes(59)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lethe.adapter-retention is PT59M")
        .hasMessageContaining("lethe.parent-wait (PT1H)");
  }

  private AdapterSweep sweep(Duration retention) {
    return new AdapterSweep(
        new AdapterStore(store), Sets.DIGEST, versions, retention, Duration.ofHours(1), clock);
  }

  private static String[] watermark(int version) {
    return version == 1 ? new String[] {"r0"} : new String[] {"r0", "r1"};
  }

  private void store(String id) throws IOException {
    Path folder = Files.createDirectory(store.resolve(id));
    Files.writeString(
        folder.resolve("manifest.json"), "{\"recommenderDigest\": \"" + Sets.DIGEST + "\"}");
    Files.setLastModifiedTime(folder, FileTime.from(clock.instant()));
  }
}
