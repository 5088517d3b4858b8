package io.lethe.ledger.http;

import io.lethe.ledger.LedgerConfig;
import io.lethe.ledger.callback.CallbackOffice;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.follow.LedgerView;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.record.RequestSnapshot;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.RequestStage;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Where requests stand. */
@Path("/v1/requests")
@RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
@Produces(MediaType.APPLICATION_JSON)
public class RequestsResource {
  private final LedgerView view;
  private final TransitionLog log;
  private final ReceiptOffice receipts;
  private final CallbackOffice callbacks;
  private final Stories stories;
  private final Clock clock;
  private final int listMax;

  RequestsResource(
      LedgerView view,
      TransitionLog log,
      ReceiptOffice receipts,
      CallbackOffice callbacks,
      Stories stories,
      Clock clock,
      LedgerConfig config) {
    this.view = view;
    this.log = log;
    this.receipts = receipts;
    this.callbacks = callbacks;
    this.stories = stories;
    this.clock = clock;
    this.listMax = config.listMax();
  }

  @GET
  @Operation(summary = "Lists requests, newest first; stage and limit narrow the list.")
  public List<RequestSnapshot> list(
      @QueryParam("stage") String stage, @QueryParam("limit") @DefaultValue("100") String limit) {
    return view.newest(stageOf(stage), Limits.of(limit, listMax)).stream()
        .map(RequestSnapshot::of)
        .toList();
  }

  @GET
  @Path("/{requestId}")
  @Operation(summary = "Tells where one request stands.")
  public RequestSnapshot find(@PathParam("requestId") String requestId) {
    return view.find(requestId)
        .map(RequestSnapshot::of)
        .orElseThrow(
            () ->
                RefusedException.unknown(
                    "unknown-request",
                    "Unknown request",
                    "The ledger has no request of that id (a text of "
                        + requestId.length()
                        + " characters); a request is known here a moment after intake has"
                        + " accepted it.",
                    "requestId"));
  }

  @GET
  @Path("/{requestId}/story")
  @Operation(
      summary =
          "Tells one request from its submission to its receipts: each step with its time, the"
              + " forget set, candidates with their gates, and versions.")
  public RequestStory story(@PathParam("requestId") String requestId) {
    return stories.of(find(requestId), clock.instant());
  }

  @GET
  @Path("/{requestId}/export")
  @RolesAllowed(Roles.AUDITOR)
  @Operation(summary = "Gives everything that the ledger holds about one request.")
  public RequestExport export(@PathParam("requestId") String requestId) {
    RequestSnapshot standing = find(requestId);
    List<RequestExport.Signed> signed =
        Stream.of(RequestProgress.receiptId(requestId), RequestProgress.exactReceiptId(requestId))
            .flatMap(
                receiptId ->
                    receipts
                        .find(requestId, receiptId)
                        .map(receipt -> new RequestExport.Signed(receiptId, receipt))
                        .stream())
            .toList();
    return new RequestExport(
        clock.instant(),
        standing,
        log.origin(),
        log.entriesOf(requestId),
        signed,
        callbacks.of(requestId));
  }

  private static RequestStage stageOf(String name) {
    if (name == null || name.isEmpty()) {
      return null;
    }
    return Arrays.stream(RequestStage.values())
        .filter(stage -> stage != RequestStage.UNKNOWN && stage.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                RefusedException.invalid(
                    "stage",
                    "The stage is a text of "
                        + name.length()
                        + " characters that names none; give RECEIVED, SUPPRESSED,"
                        + " FORGET_SET_CLOSED, CANDIDATE_TRAINED, CANDIDATE_REFUSED, RELEASED,"
                        + " COMPLETED or WITHDRAWN."));
  }
}
