package io.lethe.serving.http;

import io.lethe.serving.model.NotServingException;
import io.lethe.serving.model.PinRefusedException;
import io.lethe.serving.recommend.BusyException;
import io.lethe.serving.recommend.UnknownItemException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever went wrong into a problem. */
public final class Problems {
  private static final Logger LOG = Logger.getLogger(Problems.class);
  private static final int RETRY_AFTER_SECONDS = 1;
  private static final Problem NOT_ALLOWED =
      new Problem(
          "Not allowed",
          403,
          "The token carries none of the roles that may do this; have the identity provider give it"
              + " one of those in docs/operating/security.md.",
          null);

  /** Errors that reach the framework: unknown paths, wrong media types and our own. */
  @ServerExceptionMapper
  public Response map(Exception failure) {
    return response(failure);
  }

  /** As {@link #map}, so that the framework's own mapper does not come first. */
  @ServerExceptionMapper
  public Response map(WebApplicationException failure) {
    return response(failure);
  }

  /** No valid token. */
  @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
  public Response unauthenticated() {
    return Response.status(401)
        .type(Problem.MEDIA_TYPE)
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .entity(
            new Problem(
                "No valid token",
                401,
                "Send Authorization: Bearer with a token that the identity provider issued for"
                    + " Lethe and that has not expired; ./lethe token makes one for a development"
                    + " stack.",
                null))
        .build();
  }

  /** A valid token without the role. */
  @ServerExceptionMapper(ForbiddenException.class)
  public Response forbidden() {
    return Response.status(403).type(Problem.MEDIA_TYPE).entity(NOT_ALLOWED).build();
  }

  static Response response(Throwable failure) {
    Problem problem = problem(failure);
    Response.ResponseBuilder response =
        Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem);
    if (problem.status() == 503) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response.build();
  }

  private static Problem problem(Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return problem(failure.getCause());
    }
    if (failure instanceof ProblemException known) {
      return known.problem();
    }
    if (failure instanceof UnknownItemException unknown) {
      return new Problem(
          "Unknown item",
          422,
          "The item is not in the catalogue; publish it to catalog.item first, or leave it out.",
          "candidates[" + unknown.position() + "]");
    }
    if (failure instanceof NotServingException notServing) {
      return ProblemException.notReady(notServing.getMessage()).problem();
    }
    if (failure instanceof PinRefusedException pin) {
      return new Problem("Version not held", 409, pin.getMessage(), VersionPin.HEADER);
    }
    if (failure instanceof ForbiddenException) {
      return NOT_ALLOWED;
    }
    if (failure instanceof BusyException busy) {
      return new Problem("Busy", 503, busy.getMessage(), null);
    }
    if (failure instanceof TimeoutException) {
      return new Problem(
          "Busy",
          503,
          "Scoring took longer than lethe.request-timeout: send fewer candidates, or add servers.",
          null);
    }
    if (failure instanceof WebApplicationException framework) {
      Response.StatusType status = framework.getResponse().getStatusInfo();
      return new Problem(
          status.getReasonPhrase(),
          status.getStatusCode(),
          "See /q/openapi for paths, methods and media types.",
          null);
    }
    LOG.error("a request failed", failure);
    return new Problem(
        "Internal error", 500, "The server's log tells more; the request may be repeated.", null);
  }
}
