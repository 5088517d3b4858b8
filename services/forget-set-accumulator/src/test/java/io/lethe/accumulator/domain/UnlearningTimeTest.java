package io.lethe.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.accumulator.record.MeasuredJob;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnlearningTimeTest {
  private static final Duration FLOOR = Duration.ofSeconds(60);
  private final UnlearningTime all = new UnlearningTime(8, 1, Duration.ZERO, 2);

  @Test
  void shouldExpectTheFloorBeforeAnyMeasurement() {
    UnlearningTime time = new UnlearningTime(8, 0.9, FLOOR, 2);
    assertThat(time.secondsFor(4096, List.of())).isEqualTo(60);
    assertThat(time.secondsFor(1, List.of(new MeasuredJob(1, 3.0)))).isEqualTo(60);
  }

  @Test
  void shouldExpectNothingForASetWithoutSamples() {
    assertThat(new UnlearningTime(8, 0.9, FLOOR, 2).secondsFor(0, List.of())).isZero();
  }

  @Test
  void shouldScaleByTheLineThroughTheJobs() {
    // 10 s and 0.1 s a sample.
    List<MeasuredJob> jobs = List.of(new MeasuredJob(100, 20.0), new MeasuredJob(300, 40.0));
    assertThat(all.secondsFor(100, jobs)).isEqualTo(20);
    assertThat(all.secondsFor(200, jobs)).isEqualTo(30);
    assertThat(all.secondsFor(1, jobs)).isEqualTo(10.1);
  }

  @Test
  void shouldGrowInProportionBeyondTheLargestJob() {
    List<MeasuredJob> jobs = List.of(new MeasuredJob(100, 20.0), new MeasuredJob(300, 40.0));
    assertThat(all.secondsFor(600, jobs)).isEqualTo(80);
    assertThat(all.secondsFor(50, List.of(new MeasuredJob(100, 20.0)))).isEqualTo(20);
    assertThat(all.secondsFor(150, List.of(new MeasuredJob(100, 20.0)))).isEqualTo(30);
  }

  @Test
  void shouldNotShrinkWhereLargerJobsHappenedToBeFaster() {
    List<MeasuredJob> jobs = List.of(new MeasuredJob(100, 40.0), new MeasuredJob(300, 20.0));
    assertThat(all.secondsFor(100, jobs)).isEqualTo(40);
    assertThat(all.secondsFor(300, jobs)).isEqualTo(40);
    assertThat(all.secondsFor(600, jobs)).isEqualTo(80);
  }

  @Test
  void shouldPassThroughTheOriginWhereTheFixedShareWouldBeNegative() {
    // The line of least squares would be 7 s a sample less 5 s.
    List<MeasuredJob> jobs = List.of(new MeasuredJob(1, 2.0), new MeasuredJob(2, 9.0));
    // Through the origin: (2 + 18) / 5 = 4 s a sample; the slower job took 9 / 8 of that.
    assertThat(all.secondsFor(2, jobs)).isEqualTo(9);
    assertThat(all.secondsFor(1, jobs)).isEqualTo(4.5);
  }

  @Test
  void shouldLiftTheLineToTheWantedShareOfTheJobs() {
    List<MeasuredJob> jobs =
        List.of(
            new MeasuredJob(100, 8.0),
            new MeasuredJob(100, 10.0),
            new MeasuredJob(100, 12.0),
            new MeasuredJob(100, 30.0));
    assertThat(new UnlearningTime(8, 0.25, Duration.ZERO, 1).secondsFor(100, jobs)).isEqualTo(8);
    assertThat(new UnlearningTime(8, 0.5, Duration.ZERO, 1).secondsFor(100, jobs)).isEqualTo(10);
    assertThat(new UnlearningTime(8, 0.75, Duration.ZERO, 1).secondsFor(100, jobs)).isEqualTo(12);
    assertThat(new UnlearningTime(8, 0.9, Duration.ZERO, 1).secondsFor(100, jobs)).isEqualTo(30);
  }

  @Test
  void shouldMultiplyByTheSafetyFactorBeforeADeadline() {
    assertThat(all.lead(1.5)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void shouldNameTheSettingThatIsOutOfRange() {
    assertThatThrownBy(() -> new UnlearningTime(0, 0.9, FLOOR, 2))
        .hasMessage("lethe.unlearning-time.jobs-max must be at least 1; got 0.");
    assertThatThrownBy(() -> new UnlearningTime(8, 1.1, FLOOR, 2))
        .hasMessage("lethe.unlearning-time.quantile must lie above 0 and be at most 1; got 1.1.");
    assertThatThrownBy(() -> new UnlearningTime(8, Double.NaN, FLOOR, 2))
        .hasMessageContaining("lethe.unlearning-time.quantile");
    assertThatThrownBy(() -> new UnlearningTime(8, 0.9, FLOOR.negated(), 2))
        .hasMessage("lethe.unlearning-time.floor must not be negative.");
    assertThatThrownBy(() -> new UnlearningTime(8, 0.9, FLOOR, 0.5))
        .hasMessage("lethe.unlearning-time.safety-factor must be at least 1; got 0.5.");
  }
}
