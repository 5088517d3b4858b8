package io.lethe.intake.http;

import io.lethe.intake.IntakeConfig;
import io.lethe.intake.IntakeMetrics;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns every error of the REST door into application/problem+json, without identity. */
public class ProblemMappers {
  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  private final IntakeMetrics metrics;
  private final Duration retryAfter;

  ProblemMappers(IntakeMetrics metrics, IntakeConfig config) {
    this.metrics = metrics;
    this.retryAfter = config.retryAfter();
  }

  @ServerExceptionMapper
  Response refused(RefusedException refused) {
    metrics.countRefused(DeletionRequestsResource.DOOR, refused.reason());
    return Problem.answer(refused, retryAfter);
  }

  @ServerExceptionMapper
  Response unsupported(NotSupportedException unsupported) {
    return refused(
        new RefusedException(
            RefusalReason.UNSUPPORTED_CONTENT_TYPE,
            "Content-Type",
            "The body has another content type than application/json; send"
                + " Content-Type: application/json."));
  }

  @ServerExceptionMapper
  Response limited(TooManyRequestsException limited) {
    metrics.countRefused(DeletionRequestsResource.DOOR, RefusalReason.TOO_MANY_REQUESTS);
    return Problem.answer(
        429,
        "too-many-requests",
        "Too many requests",
        limited.getMessage(),
        null,
        limited.retryAfter());
  }

  @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
  Response unauthenticated() {
    Response problem =
        Problem.answer(
            401,
            "unauthenticated",
            "No valid token",
            "Send Authorization: Bearer with a token that the identity provider issued for Lethe and"
                + " that has not expired; ./lethe token makes one for a development stack.",
            null,
            null);
    return Response.fromResponse(problem).header(HttpHeaders.WWW_AUTHENTICATE, "Bearer").build();
  }

  @ServerExceptionMapper(ForbiddenException.class)
  Response forbidden() {
    return Problem.answer(
        403,
        "forbidden",
        "Not allowed",
        "The token carries none of the roles that may do this; have the identity provider give it"
            + " one of those in docs/operating/security.md.",
        null,
        null);
  }

  @ServerExceptionMapper
  Response failed(WebApplicationException failed) {
    Response.StatusType status = failed.getResponse().getStatusInfo();
    return Problem.answer(
        status.getStatusCode(),
        "http-" + status.getStatusCode(),
        status.getReasonPhrase(),
        "The interface has no such resource or method; see /q/openapi for those it has.",
        null,
        null);
  }

  @ServerExceptionMapper
  Response unexpected(RuntimeException fault) {
    // The message may hold data of the request, so only the class and the place are logged.
    StackTraceElement[] trace = fault.getStackTrace();
    LOG.errorf(
        "unexpected %s at %s", fault.getClass().getName(), trace.length == 0 ? "?" : trace[0]);
    return Problem.answer(
        500,
        "fault",
        "A fault of the service",
        "The service failed unexpectedly and promised nothing; send the same request again, and tell"
            + " the operators if it stays so.",
        null,
        null);
  }
}
