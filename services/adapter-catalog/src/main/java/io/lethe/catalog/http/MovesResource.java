package io.lethe.catalog.http;

import io.lethe.catalog.CatalogSettings;
import io.lethe.catalog.domain.Move;
import io.lethe.catalog.domain.MoveDecision;
import io.lethe.catalog.domain.MoveRefusal;
import io.lethe.catalog.follow.NotLeadingException;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.AdapterVersion;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Moves versions by hand. Every move may be repeated: what was done before is answered as done. No
 * move, and no override, has a version served that remembers a request already served as forgotten.
 */
@Path("/v1")
@RolesAllowed(Roles.APPROVER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class MovesResource {
  private static final int RETRY_SECONDS = 2;

  /**
   * What was done.
   *
   * @param changed false where it had been done before
   * @param records what was published: version and status, the current version last
   */
  public record MoveView(String move, boolean changed, List<RecordView> records) {}

  /** A record that was published. */
  public record RecordView(long version, String status, String adapterId) {
    static RecordView of(AdapterVersion version) {
      return new RecordView(
          version.getVersion(),
          version.getStatus().name().toLowerCase(Locale.ROOT),
          version.getAdapterId());
    }
  }

  private final VersionMover catalog;
  private final CatalogSettings settings;

  MovesResource(VersionMover catalog, CatalogSettings settings) {
    this.catalog = catalog;
    this.settings = settings;
  }

  /** Takes a version back for good; the newest that covers the minimum takes its place. */
  @POST
  @Path("/versions/{version}/withdraw")
  public CompletionStage<Response> withdraw(
      @PathParam("version") String version, String body, @Context SecurityContext caller) {
    return move(
        body,
        caller,
        (read, order) -> new Move.Withdraw(MoveBody.number(version), read.isWaiting(), order));
  }

  /** Serves an earlier version's adapter again, under a new number. */
  @POST
  @Path("/versions/{version}/rollback")
  public CompletionStage<Response> rollback(
      @PathParam("version") String version, String body, @Context SecurityContext caller) {
    return move(
        body,
        caller,
        (read, order) -> new Move.Rollback(MoveBody.number(version), read.isPinning(), order));
  }

  /** Makes the version on trial that of every server. */
  @POST
  @Path("/versions/{version}/promote")
  public CompletionStage<Response> promote(
      @PathParam("version") String version, String body, @Context SecurityContext caller) {
    return move(body, caller, (read, order) -> new Move.Promote(MoveBody.number(version), order));
  }

  /** Keeps the current version current. */
  @POST
  @Path("/versions/{version}/pin")
  public CompletionStage<Response> pin(
      @PathParam("version") String version, String body, @Context SecurityContext caller) {
    return move(body, caller, (read, order) -> new Move.Pin(MoveBody.number(version), order));
  }

  /** Takes the pin away again. */
  @POST
  @Path("/versions/{version}/unpin")
  public CompletionStage<Response> unpin(
      @PathParam("version") String version, String body, @Context SecurityContext caller) {
    return move(body, caller, (read, order) -> new Move.Unpin(MoveBody.number(version), order));
  }

  /** Has the next version answer a part of the traffic first, or changes that part. */
  @POST
  @Path("/canary")
  public CompletionStage<Response> startCanary(String body, @Context SecurityContext caller) {
    return move(body, caller, (read, order) -> new Move.StartCanary(read.share(), order));
  }

  /** Ends the trial, or the plan for one. */
  @POST
  @Path("/canary/end")
  public CompletionStage<Response> endCanary(String body, @Context SecurityContext caller) {
    return move(body, caller, (read, order) -> new Move.EndCanary(order));
  }

  /** Proposes to set a rule aside for a time. */
  @POST
  @Path("/override")
  public CompletionStage<Response> proposeOverride(String body, @Context SecurityContext caller) {
    return move(
        body, caller, (read, order) -> new Move.ProposeOverride(read.overriddenRule(), order));
  }

  /** Agrees, as the second person. */
  @POST
  @Path("/override/approve")
  public CompletionStage<Response> approveOverride(String body, @Context SecurityContext caller) {
    return move(
        body, caller, (read, order) -> new Move.ApproveOverride(read.overriddenRule(), order));
  }

  /** Has the rule hold again at once. */
  @POST
  @Path("/override/revoke")
  public CompletionStage<Response> revokeOverride(String body, @Context SecurityContext caller) {
    return move(body, caller, (read, order) -> new Move.RevokeOverride(order));
  }

  private CompletionStage<Response> move(
      String body, SecurityContext caller, BiFunction<MoveBody, Move.Order, Move> moves) {
    Move move;
    try {
      MoveBody read = MoveBody.read(body);
      move = moves.apply(read, new Move.Order(catalog.actorRef(person(caller)), read.reason()));
    } catch (MoveBody.UnusableException unusable) {
      return CompletableFuture.completedFuture(
          problem(422, "A field cannot be used", unusable.getMessage(), unusable.field()).build());
    }
    return catalog
        .move(move)
        .orTimeout(settings.moveTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .handle((decision, failure) -> failure == null ? answer(move, decision) : failed(failure));
  }

  /** Who a token was issued to; a name for display may be shared, a subject is not. */
  private static String person(SecurityContext caller) {
    Principal principal = caller.getUserPrincipal();
    return principal instanceof JsonWebToken token && token.getSubject() != null
        ? token.getSubject()
        : principal.getName();
  }

  private static Response answer(Move move, MoveDecision decision) {
    String name = move.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    if (decision instanceof MoveDecision.Refuse refuse) {
      return problem(
              refuse.reason() == MoveRefusal.VERSION_UNKNOWN ? 404 : 409,
              refuse.reason().name().toLowerCase(Locale.ROOT),
              "Not done: "
                  + refuse.reason().explanation()
                  + " ("
                  + refuse.detail()
                  + "); "
                  + refuse.reason().remedy()
                  + ".",
              null)
          .build();
    }
    List<AdapterVersion> records =
        decision instanceof MoveDecision.Publish publish ? publish.records() : List.of();
    return Response.ok(
            new MoveView(name, !records.isEmpty(), records.stream().map(RecordView::of).toList()))
        .build();
  }

  private static Response failed(Throwable failure) {
    String detail =
        failure instanceof NotLeadingException
            ? "Nothing was done: "
                + failure.getMessage()
                + ". Ask the one that leads, or repeat it."
            : "Whether it was done is not known yet. Repeat it: what was done is answered as done.";
    return problem(503, "The catalog cannot do it now", detail, null)
        .header("Retry-After", RETRY_SECONDS)
        .build();
  }

  private static Response.ResponseBuilder problem(
      int status, String title, String detail, String field) {
    return Response.status(status)
        .type("application/problem+json")
        .entity(new VersionsResource.Problem(title, status, detail, field));
  }
}
