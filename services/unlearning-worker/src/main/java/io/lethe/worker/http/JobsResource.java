package io.lethe.worker.http;

import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.GateResult;
import io.lethe.worker.domain.Job;
import io.lethe.worker.domain.JobLifecycle;
import io.lethe.worker.domain.JobLog;
import io.lethe.worker.domain.Replay;
import io.lethe.worker.replay.ReplayFlow;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Where the work stands. */
@Path("/v1/jobs")
@RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
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
   * The running or last attempt at an exact tuning.
   *
   * @param version the version that the exact one is to replace
   * @param requests of its watermark
   * @param phase where the attempt stands, in lower case
   * @param methodPhase what the tuning is doing; null before it runs
   * @param detail why it ended as it did; null where there is nothing to say
   * @param seconds since it began, until the end where there is one
   */
  public record ReplayView(
      long version,
      String parentAdapterId,
      int requests,
      String phase,
      String methodPhase,
      int step,
      int totalSteps,
      List<GateView> gates,
      String detail,
      Instant startedAt,
      double seconds) {
    static ReplayView of(Replay.Snapshot replay) {
      return new ReplayView(
          replay.version(),
          replay.parentAdapterId(),
          replay.requests(),
          replay.phase().name().toLowerCase(Locale.ROOT),
          replay.step(),
          replay.stepsDone(),
          replay.stepsTotal(),
          replay.gates().stream().map(GateView::of).toList(),
          replay.detail(),
          replay.startedAt(),
          replay.seconds());
    }
  }

  /**
   * The jobs of this worker since it started.
   *
   * @param current null while there is nothing to do
   * @param ended newest first, up to lethe.jobs-max
   * @param exact the running or last exact tuning; null before the first
   */
  public record JobsView(JobView current, List<JobView> ended, ReplayView exact) {}

  private final JobLog jobs;
  private final ReplayFlow replays;

  JobsResource(JobLog jobs, ReplayFlow replays) {
    this.jobs = jobs;
    this.replays = replays;
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
        all.stream().filter(job -> JobLifecycle.isFinal(job.phase())).map(JobView::of).toList(),
        replays.last().map(ReplayView::of).orElse(null));
  }
}
