package io.lethe.worker.http;

import io.lethe.schemas.event.GateResult;
import io.lethe.worker.domain.Job;
import io.lethe.worker.domain.JobLifecycle;
import io.lethe.worker.domain.JobLog;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Where the work stands. */
@Path("/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
public class JobsResource {
  /** A gate's verdict. */
  public record GateView(
      String gate, double value, Double lower, Double upper, String reference, boolean passed) {
    static GateView of(GateResult result) {
      return new GateView(
          result.getGate(),
          result.getValue(),
          result.getLower(),
          result.getUpper(),
          result.getReference(),
          result.getPassed());
    }
  }

  /**
   * One attempt at a forget set.
   *
   * @param phase where the attempt stands, in lower case
   * @param methodPhase what the unlearning method is doing; null before it runs
   * @param seconds since the claim, until the end where there is one
   */
  public record JobView(
      String forgetSetId,
      long sequence,
      int requests,
      int samples,
      String phase,
      String methodPhase,
      int step,
      int totalSteps,
      Double loss,
      Double confidenceBefore,
      Double confidenceAfter,
      Double confidenceTarget,
      List<GateView> gates,
      String detail,
      Instant startedAt,
      double seconds) {
    static JobView of(Job.Snapshot job) {
      return new JobView(
          job.forgetSetId(),
          job.sequence(),
          job.requests(),
          job.samples(),
          job.phase().name().toLowerCase(Locale.ROOT),
          job.step(),
          job.stepsDone(),
          job.stepsTotal(),
          job.loss(),
          job.confidenceBefore(),
          job.confidenceAfter(),
          job.confidenceTarget(),
          job.gates().stream().map(GateView::of).toList(),
          job.detail(),
          job.startedAt(),
          job.seconds());
    }
  }

  /**
   * The jobs of this worker since it started.
   *
   * @param current null while there is nothing to do
   * @param ended newest first, up to lethe.jobs-max
   */
  public record JobsView(JobView current, List<JobView> ended) {}

  private final JobLog jobs;

  JobsResource(JobLog jobs) {
    this.jobs = jobs;
  }

  /** The current job and the last ones. */
  @GET
  public JobsView jobs() {
    List<Job.Snapshot> all = jobs.snapshots();
    return new JobsView(
        all.stream()
            .filter(job -> !JobLifecycle.isFinal(job.phase()))
            .findFirst()
            .map(JobView::of)
            .orElse(null),
        all.stream().filter(job -> JobLifecycle.isFinal(job.phase())).map(JobView::of).toList());
  }
}
