package io.lethe.ledger.http;

import io.lethe.ledger.follow.LedgerView;
import io.lethe.ledger.page.ReceiptPages;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.receipt.SigningKey;
import io.lethe.schemas.access.Roles;
import io.quarkus.qute.TemplateInstance;
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
  private final ReceiptPages pages;

  ReceiptsResource(LedgerView view, ReceiptOffice receipts, ReceiptPages pages) {
    this.view = view;
    this.receipts = receipts;
    this.pages = pages;
  }

  @GET
  @Path("/receipts/{id}")
  @RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
  @Operation(
      summary =
          "Gives the signed receipt (JWS, flattened) by its own id, or the newest by its"
              + " request's.")
  public String receipt(@PathParam("id") String id) {
    return find(id);
  }

  @GET
  @Path("/receipts/{id}/proof")
  @RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
  @Produces("text/plain; charset=utf-8")
  @Operation(
      summary =
          "Proves under the newest checkpoint that the log names the receipt (C2SP tlog-proof).")
  public String proof(@PathParam("id") String id) {
    return receipts
        .freshProof(find(id))
        .orElseThrow(
            () ->
                unknown(
                    "The receipt is older than the Merkle log, which therefore does not name it;"
                        + " its signature still verifies."));
  }

  @GET
  @Path("/receipts/{id}/page")
  @RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
  @Produces(MediaType.TEXT_HTML)
  @Operation(summary = "Gives the receipt as a page to be read and printed.")
  public TemplateInstance page(@PathParam("id") String id) {
    return pages.of(find(id));
  }

  private String find(String id) {
    String requestId = view.requestOfReceipt(id).orElse(id);
    boolean completed =
        view.find(requestId).filter(request -> request.getReceiptId() != null).isPresent();
    if (!completed) {
      throw unknown(
          "There is no receipt of that id, nor of a request of that id: a receipt is issued when"
              + " the request is completed; /v1/requests tells where it stands.");
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
