package io.lethe.accumulator.domain;

import io.lethe.accumulator.record.MeasuredJob;
import java.time.Duration;
import java.util.List;

/**
 * How long unlearning takes, told from the jobs that were measured. A line is fitted through their
 * seconds over their samples, and lifted until the wanted share of the jobs lies below it. Beyond
 * the largest job the time grows in proportion, which is never too short for a job with a fixed
 * share. Everything follows from the jobs alone, so it is the same wherever it is computed.
 *
 * @param jobsMax how many jobs are remembered; the eldest goes first
 * @param quantile share of the jobs that must lie below the estimate, above 0, at most 1
 * @param floor what an estimate is at least; all there is before the first measurement
 * @param safetyFactor by what an estimate is multiplied where a deadline depends on it
 */
public record UnlearningTime(int jobsMax, double quantile, Duration floor, double safetyFactor) {
  private static final double NANOS_PER_SECOND = 1e9;

  public UnlearningTime {
    if (jobsMax < 1) {
      throw new IllegalArgumentException(
          "lethe.unlearning-time.jobs-max must be at least 1; got " + jobsMax + ".");
    }
    if (!(quantile > 0 && quantile <= 1)) {
      throw new IllegalArgumentException(
          "lethe.unlearning-time.quantile must lie above 0 and be at most 1; got "
              + quantile
              + ".");
    }
    if (floor.isNegative()) {
      throw new IllegalArgumentException("lethe.unlearning-time.floor must not be negative.");
    }
    if (!(safetyFactor >= 1 && Double.isFinite(safetyFactor))) {
      throw new IllegalArgumentException(
          "lethe.unlearning-time.safety-factor must be at least 1; got " + safetyFactor + ".");
    }
  }

  /**
   * Seconds that a set of so many samples is expected to take; a set without samples takes none.
   */
  double secondsFor(int samples, List<MeasuredJob> jobs) {
    if (samples == 0) {
      return 0;
    }
    double floorSeconds = floor.toNanos() / NANOS_PER_SECOND;
    return jobs.isEmpty() ? floorSeconds : Math.max(floorSeconds, Line.of(jobs).at(samples, this));
  }

  /** The time that must be left before a deadline for so many expected seconds. */
  Duration lead(double seconds) {
    return Duration.ofNanos((long) Math.ceil(seconds * safetyFactor * NANOS_PER_SECOND));
  }

  /** Seconds as a line over samples, with neither a negative slope nor a negative fixed share. */
  private record Line(double fixed, double slope, List<MeasuredJob> jobs) {
    static Line of(List<MeasuredJob> jobs) {
      double meanSamples = jobs.stream().mapToInt(MeasuredJob::getSamples).average().orElseThrow();
      double meanSeconds =
          jobs.stream().mapToDouble(MeasuredJob::getSeconds).average().orElseThrow();
      double spread = 0;
      double together = 0;
      double squares = 0;
      double products = 0;
      for (MeasuredJob job : jobs) {
        double samples = job.getSamples() - meanSamples;
        spread += samples * samples;
        together += samples * (job.getSeconds() - meanSeconds);
        squares += (double) job.getSamples() * job.getSamples();
        products += job.getSamples() * job.getSeconds();
      }
      double slope = spread == 0 ? 0 : Math.max(0, together / spread);
      double fixed = meanSeconds - slope * meanSamples;
      return fixed < 0 ? new Line(0, products / squares, jobs) : new Line(fixed, slope, jobs);
    }

    double at(int samples, UnlearningTime rules) {
      int largest = jobs.stream().mapToInt(MeasuredJob::getSamples).max().orElseThrow();
      double inside = level(Math.min(samples, largest)) * lift(rules.quantile());
      return samples > largest ? inside * samples / largest : inside;
    }

    /** By what the line is multiplied so that the share of the jobs lies on or below it. */
    private double lift(double quantile) {
      double[] ratios =
          jobs.stream()
              .mapToDouble(job -> job.getSeconds() / level(job.getSamples()))
              .sorted()
              .toArray();
      return ratios[(int) Math.ceil(quantile * ratios.length) - 1];
    }

    private double level(int samples) {
      return fixed + slope * samples;
    }
  }
}
