package io.lethe.intake.http;

import io.lethe.intake.IntakeConfig;
import io.lethe.intake.IntakeMetrics;
import io.lethe.intake.accept.Acceptance;
import io.lethe.intake.accept.CompanionRequests;
import io.lethe.intake.domain.ExtensionRequest;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import io.lethe.intake.domain.Shapes;
import io.lethe.intake.domain.Submission;
import io.lethe.intake.status.RequestStatus;
import io.lethe.intake.status.RequestStatusTable;
import io.lethe.intake.status.StatusFollower;
import io.lethe.schemas.access.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/** The REST door: asks for erasure, tells where a request stands, takes it back. */
@Path("/v1/deletion-requests")
@Tag(name = "Deletion requests")
@Blocking
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
public class DeletionRequestsResource {
  private static final Logger LOG = Logger.getLogger(DeletionRequestsResource.class);
  static final String DOOR = "http";

  private final SubmissionReader reader;
  private final CompanionRequests acceptance;
  private final RequestStatusTable table;
  private final StatusFollower follower;
  private final IntakeMetrics metrics;
  private final Duration publishTimeout;
  private final Duration retryAfter;
  private final ProducerLimits limits;
  private final SecurityIdentity identity;
  private final int bodyBytesMax;
  private final Clock clock;

  DeletionRequestsResource(
      SubmissionReader reader,
      CompanionRequests acceptance,
      RequestStatusTable table,
      StatusFollower follower,
      IntakeMetrics metrics,
      IntakeConfig config,
      ProducerLimits limits,
      SecurityIdentity identity,
      Clock clock) {
    this.reader = reader;
    this.acceptance = acceptance;
    this.table = table;
    this.follower = follower;
    this.metrics = metrics;
    this.publishTimeout = config.publishTimeout();
    this.retryAfter = config.retryAfter();
    this.limits = limits;
    this.identity = identity;
    this.bodyBytesMax = config.bodyBytesMax();
    this.clock = clock;
  }

  /** Accepts a request once the broker has it durably. */
  @POST
  @RolesAllowed(Roles.PRODUCER)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Ask for erasure",
      description =
          "Answers 202 once the request is durable. Sending the same request again, under the same"
              + " requestId or Idempotency-Key, gets the same answer and has no second effect. The"
              + " answer never tells whether the person is known.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = DeletionRequestBody.class),
              examples = {
                @ExampleObject(name = "everything", value = Examples.ALL),
                @ExampleObject(name = "two items", value = Examples.ITEMS),
                @ExampleObject(name = "a time range", value = Examples.TIME_RANGE)
              }))
  @APIResponse(
      responseCode = "202",
      description = "Accepted and durable; Location tells where to ask, Retry-After when.",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = DeletionRequestStatus.class),
              examples = @ExampleObject(name = "accepted", value = Examples.STATUS)))
  @APIResponse(
      responseCode = "400",
      description = "The body is not what the interface takes.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class),
              examples = @ExampleObject(name = "unknown regime", value = Examples.PROBLEM)))
  @APIResponse(
      responseCode = "429",
      description = "The caller sends more than lethe.producer-limit allows; see Retry-After.")
  @APIResponse(responseCode = "413", description = "The body is too large.")
  @APIResponse(responseCode = "415", description = "The content type is not application/json.")
  @APIResponse(
      responseCode = "422",
      description = "The requestId or Idempotency-Key stands for another request.")
  @APIResponse(
      responseCode = "503",
      description = "Not durable yet; send the same request again after Retry-After.")
  public Response submit(
      @Parameter(description = "Optional second name of the request; 1 to 255 characters.")
          @HeaderParam("Idempotency-Key")
          String idempotencyKey,
      @Parameter(hidden = true) InputStream body)
      throws IOException {
    String source = limited().source();
    requireCaughtUp();
    List<Submission> submissions = reader.read(body, idempotencyKey, source);
    Acceptance accepted = await(acceptance.accept(submissions, clock.instant()));
    if (accepted.repeated()) {
      metrics.countRepeated(DOOR);
    } else {
      metrics.countAccepted(DOOR);
      LOG.infof(
          "accepted request=%s regime=%s due=%s pseudonyms=%d",
          accepted.status().requestId(),
          accepted.status().regime(),
          accepted.status().dueAt(),
          submissions.size());
    }
    return accepted(accepted);
  }

  /** Tells where a request stands. */
  @GET
  @RolesAllowed({Roles.PRODUCER, Roles.AUDITOR, Roles.OPERATOR})
  @Path("/{id}")
  @Operation(summary = "Where a request stands", description = "Its stage and its three clocks.")
  @APIResponse(
      responseCode = "200",
      description = "Where it stands.",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = DeletionRequestStatus.class),
              examples = @ExampleObject(name = "accepted", value = Examples.STATUS)))
  @APIResponse(
      responseCode = "404",
      description = "No request of that id was accepted, or it is another producer's.")
  public DeletionRequestStatus status(@PathParam("id") String id) {
    Caller caller = limited();
    String requestId = Shapes.requestId(id);
    return table
        .find(requestId)
        .filter(caller::maySee)
        .map(DeletionRequestStatus::of)
        .orElseThrow(
            () -> {
              requireCaughtUp();
              return new RefusedException(
                  RefusalReason.UNKNOWN_REQUEST,
                  "id",
                  "No request of that id is known; check the id that was sent with the request.");
            });
  }

  /** Takes a request back while its forget set is open. */
  @DELETE
  @RolesAllowed({Roles.PRODUCER, Roles.OPERATOR})
  @Path("/{id}")
  @Operation(
      summary = "Withdraw a request",
      description =
          "Possible until the forget set that carries the request closes. 202 means that the"
              + " withdrawal is durable; the status tells whether it came in time.")
  @APIResponse(
      responseCode = "202",
      description = "The withdrawal is durable.",
      content = @Content(schema = @Schema(implementation = DeletionRequestStatus.class)))
  @APIResponse(
      responseCode = "404",
      description = "No request of that id was accepted, or it is another producer's.")
  @APIResponse(responseCode = "409", description = "The forget set has closed.")
  public Response withdraw(@PathParam("id") String id) {
    Caller caller = limited();
    requireCaughtUp();
    Acceptance withdrawn = await(acceptance.withdraw(Shapes.requestId(id), caller.owner()));
    if (!withdrawn.repeated()) {
      metrics.countWithdrawal(DOOR);
      LOG.infof("withdrawal accepted request=%s", withdrawn.status().requestId());
    }
    return accepted(withdrawn);
  }

  /** Moves the deadline of a request, once. */
  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Path("/{id}/extension")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Extend a deadline",
      description =
          "For operators: moves the legal deadline of a request, once, before it has passed, after"
              + " the person was told. 202 means that the extension is durable. The same extension"
              + " sent again gets the same answer.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = DeadlineExtensionBody.class),
              examples = @ExampleObject(name = "complex", value = Examples.EXTENSION)))
  @APIResponse(
      responseCode = "202",
      description = "The extension is durable.",
      content = @Content(schema = @Schema(implementation = DeletionRequestStatus.class)))
  @APIResponse(responseCode = "400", description = "The body or a date does not fit.")
  @APIResponse(responseCode = "404", description = "No request of that id was accepted.")
  @APIResponse(
      responseCode = "409",
      description = "The first deadline has passed, was extended before, or cannot be extended.")
  public Response extend(@PathParam("id") String id, @Parameter(hidden = true) InputStream body)
      throws IOException {
    limited();
    requireCaughtUp();
    ExtensionRequest extension = ExtensionReader.read(body, bodyBytesMax);
    Acceptance extended = await(acceptance.extend(Shapes.requestId(id), extension));
    if (!extended.repeated()) {
      RequestStatus status = extended.status();
      metrics.countExtension(status.regime());
      LOG.infof(
          "extension accepted request=%s reason=%s due=%s",
          status.requestId(), extension.reason(), status.dueAt());
    }
    return accepted(extended);
  }

  private Caller limited() {
    Caller caller = Caller.of(identity.getPrincipal(), identity::hasRole);
    limits.take(caller.name());
    return caller;
  }

  private Response accepted(Acceptance accepted) {
    return Response.accepted(DeletionRequestStatus.of(accepted.status()))
        .type(MediaType.APPLICATION_JSON)
        .location(URI.create("/v1/deletion-requests/" + accepted.status().requestId()))
        .header(HttpHeaders.RETRY_AFTER, Math.max(1, retryAfter.toSeconds()))
        .build();
  }

  private void requireCaughtUp() {
    if (!follower.isCaughtUp()) {
      throw new RefusedException(
          RefusalReason.UNAVAILABLE,
          null,
          "Intake is still reading the requests accepted before its start; ask again later.");
    }
  }

  private Acceptance await(CompletableFuture<Acceptance> pending) {
    try {
      return pending.get(publishTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      throw notDurable("no answer after " + publishTimeout);
    } catch (ExecutionException failed) {
      throw notDurable(failed.getCause().toString());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw notDurable("intake is stopping");
    }
  }

  private static RefusedException notDurable(String why) {
    LOG.warnf("not acknowledged by the broker: %s", why);
    return new RefusedException(
        RefusalReason.UNAVAILABLE,
        null,
        "The broker has not acknowledged the request yet, so nothing is promised; send the same"
            + " request again after Retry-After. If it stays so, check kafka.bootstrap.servers,"
            + " lethe.schema-registry-url and the broker.");
  }
}
