package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpeedTimesTest {
  @Test
  void shouldCompareRoundByRoundSoThatABusyRoundCountsOnce() {
    SpeedTimes times = new SpeedTimes();
    for (double[] round : new double[][] {{10, 40}, {100, 300}, {12, 60}}) {
      times.add("job", round[0]);
      times.add("rival", round[1]);
    }
    assertThat(times.medianRatio("rival", "job")).isEqualTo(4);
    assertThat(times.median("job")).isEqualTo(12);
    assertThat(times.latest()).isEqualTo("job 12.0 s, rival 60.0 s");
  }

  @Test
  void shouldTakeTheMiddleOfTwoRounds() {
    SpeedTimes times = new SpeedTimes();
    times.add("job", 10);
    times.add("job", 14);
    assertThat(times.median("job")).isEqualTo(12);
  }
}
