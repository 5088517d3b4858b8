package io.lethe.ledger.http;

import io.lethe.ledger.follow.LedgerView;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.receipt.SigningKey;
import io.lethe.schemas.access.Roles;
import io.quarkus.security.Authenticated;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Receipts, and the key that verifies them. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
public class ReceiptsResource {
  private final LedgerView view;
  private final ReceiptOffice receipts;

  ReceiptsResource(LedgerView view, ReceiptOffice receipts) {
    this.view = view;
    this.receipts = receipts;
  }

  @GET
  @Path("/receipts/{id}")
  @RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
  @Operation(
      summary =
          "Gives the signed receipt (JWS, flattened) by its own id, or the newest by its request's.")
  public String receipt(@PathParam("id") String id) {
    String requestId = view.requestOfReceipt(id).orElse(id);
    boolean completed =
        view.find(requestId).filter(request -> request.getReceiptId() != null).isPresent();
    if (!completed) {
      throw unknown(
          "There is no receipt of that id, nor of a request of that id: a receipt is issued when the"
              + " request is completed; /v1/requests tells where it stands.");
    }
    return (requestId.equals(id) ? receipts.find(id) : receipts.find(requestId, id))
        .orElseThrow(
            () ->
                unknown(
                    "The receipt was issued but is not in this ledger's state directory; restore"
                        + " receipts in lethe.state-directory from a backup."));
  }

  @GET
  @Path("/public-key")
  @Authenticated
  @Operation(summary = "Gives the public key (JWK) that verifies receipts offline.")
  public SigningKey.PublicJwk publicKey() {
    return receipts.publicJwk();
  }

  private static RefusedException unknown(String detail) {
    return RefusedException.unknown("unknown-receipt", "Unknown receipt", detail, "id");
  }
}
