package io.lethe.ledger.http;

import io.lethe.ledger.LedgerConfig;
import io.lethe.ledger.deadletter.DeadLetterTable;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.flow.Candidate;
import io.lethe.ledger.flow.ClockReport;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.ledger.flow.ForgetSetFlow;
import io.lethe.ledger.flow.LineageVersion;
import io.lethe.ledger.follow.Ledger;
import io.lethe.ledger.follow.LedgerView;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What is owed, and what is being done about it: what the console shows. */
@Path("/v1")
@RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
@Produces(MediaType.APPLICATION_JSON)
public class FlowResource {
  private final Ledger ledger;
  private final LedgerView view;
  private final ServerTable servers;
  private final DeadLetterTable deadLetters;
  private final FlowTable flow;
  private final LedgerConfig config;
  private final Clock clock;

  FlowResource(
      Ledger ledger,
      LedgerView view,
      ServerTable servers,
      DeadLetterTable deadLetters,
      FlowTable flow,
      LedgerConfig config,
      Clock clock) {
    this.ledger = ledger;
    this.view = view;
    this.servers = servers;
    this.deadLetters = deadLetters;
    this.flow = flow;
    this.config = config;
    this.clock = clock;
  }

  @GET
  @Path("/overview")
  @Operation(
      summary =
          "Tells requests by stage, how the three clocks were kept by the newest requests, and what"
              + " needs an operator.")
  public Overview overview(@Context SecurityContext security) {
    Instant now = clock.instant();
    Map<String, Long> stages = new LinkedHashMap<>();
    for (RequestStage stage : RequestStage.values()) {
      if (stage != RequestStage.UNKNOWN) {
        stages.put(stage.name(), view.count(stage));
      }
    }
    List<DeletionProgressed> newest = view.newest(null, config.clocks().requestsMax());
    return new Overview(
        now,
        ledger.fault().orElse(null),
        stages,
        List.of(
            ClockReport.of(
                "suppressed",
                config.clocks().suppressedTarget(),
                newest,
                DeletionProgressed::getSuppressedAt,
                now),
            ClockReport.of(
                "unlearned",
                config.clocks().unlearnedTarget(),
                newest,
                DeletionProgressed::getUnlearnedAt,
                now),
            ClockReport.of("exact", null, newest, DeletionProgressed::getExactAt, now)),
        newest.size(),
        servers.liveCount(now),
        servers.all().size(),
        deadLetters.overview().open(),
        List.of(Roles.AUDITOR, Roles.OPERATOR).stream().filter(security::isUserInRole).toList());
  }

  @GET
  @Path("/obligations")
  @Operation(
      summary =
          "Lists the requests that are not forgotten exactly yet, soonest legal deadline first;"
              + " limit narrows the list.")
  public Obligations obligations(@QueryParam("limit") @DefaultValue("100") String limit) {
    Instant now = clock.instant();
    return new Obligations(
        now,
        view.inexact(),
        view.overdue(now),
        view.byDeadline(Limits.of(limit, config.listMax())).stream()
            .map(request -> Obligations.Obligation.of(request, now))
            .toList());
  }

  @GET
  @Path("/forget-sets")
  @Operation(
      summary =
          "Lists forget sets, newest first: how far each has come, the training curve of its worker,"
              + " its last candidate and its version; limit narrows the list.")
  public List<ForgetSetFlow> forgetSets(@QueryParam("limit") @DefaultValue("20") String limit) {
    return flow.forgetSets(Limits.of(limit, config.listMax()));
  }

  @GET
  @Path("/candidates")
  @Operation(
      summary =
          "Lists candidates with the value, band, reference and verdict of each gate, the last one"
              + " trained first; limit narrows the list.")
  public List<Candidate> candidates(@QueryParam("limit") @DefaultValue("20") String limit) {
    return flow.candidates(Limits.of(limit, config.listMax()));
  }

  @GET
  @Path("/lineage")
  @Operation(
      summary =
          "Lists versions, newest first, with adapter, parent, watermark, gates, trial and pin;"
              + " limit narrows the list.")
  public List<LineageVersion> lineage(@QueryParam("limit") @DefaultValue("50") String limit) {
    return flow.versions(Limits.of(limit, config.listMax()));
  }
}
