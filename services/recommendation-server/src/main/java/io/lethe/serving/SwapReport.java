package io.lethe.serving;

import io.lethe.serving.acknowledge.ServingAnnouncer;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.Refusal;
import io.lethe.serving.model.SwapObserver;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Tells of switches: to the ledger, the metrics and the log. */
final class SwapReport implements SwapObserver {
  private static final Logger LOG = Logger.getLogger(SwapReport.class);

  private final ServingMetrics metrics;
  private final ServingAnnouncer announcer;

  SwapReport(ServingMetrics metrics, ServingAnnouncer announcer) {
    this.metrics = metrics;
    this.announcer = announcer;
  }

  @Override
  public void switched(AdapterSlot.Serving serving, Duration took) {
    announcer.switched();
    metrics.switched(serving, took);
    LOG.infof(
        "serves version=%d adapter=%s watermark=%d took=%dms",
        serving.version().version(),
        serving.version().adapterId(),
        serving.version().watermark().size(),
        took.toMillis());
  }

  @Override
  public void refused(Refusal refusal) {
    metrics.refused(refusal);
    LOG.warnf(
        "refuses version=%d adapter=%s attempts=%d nextAttemptAt=%s: %s",
        refusal.version(),
        refusal.adapterId(),
        refusal.attempts(),
        refusal.nextAttemptAt(),
        refusal.reason());
  }

  @Override
  public void trialChanged() {
    announcer.switched();
    LOG.info("the version on trial changed: see GET /v1/models");
  }
}
