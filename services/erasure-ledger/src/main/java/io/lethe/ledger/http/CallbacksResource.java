package io.lethe.ledger.http;

import io.lethe.ledger.LedgerConfig;
import io.lethe.ledger.callback.Callback;
import io.lethe.ledger.callback.CallbackLifecycle;
import io.lethe.ledger.callback.CallbackOffice;
import io.lethe.schemas.access.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Callbacks that did not arrive yet, and those that are given up. */
@Path("/v1/callbacks")
@Produces(MediaType.APPLICATION_JSON)
public class CallbacksResource {
  private final CallbackOffice office;
  private final int listMax;

  CallbacksResource(CallbackOffice office, LedgerConfig config) {
    this.office = office;
    this.listMax = config.listMax();
  }

  /**
   * What waits.
   *
   * @param pending how many wait
   * @param dead how many nobody tries any more
   * @param callbacks the eldest of both
   */
  public record CallbackList(int pending, int dead, List<Callback> callbacks) {}

  @GET
  @RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
  @Operation(summary = "Lists the callbacks that wait or are dead, the eldest first.")
  public CallbackList list() {
    return new CallbackList(
        office.count(CallbackLifecycle.State.PENDING),
        office.count(CallbackLifecycle.State.DEAD),
        office.all(listMax));
  }

  @POST
  @Path("/{receiptId}/retry")
  @RolesAllowed(Roles.OPERATOR)
  @Operation(summary = "Has a dead callback tried again from the beginning.")
  public Callback retry(@PathParam("receiptId") String receiptId) {
    return office
        .retry(receiptId)
        .orElseThrow(
            () ->
                RefusedException.unknown(
                    "unknown-callback",
                    "No dead callback",
                    "There is no dead callback for a receipt of that id; /v1/callbacks lists those"
                        + " there are.",
                    "receiptId"));
  }
}
