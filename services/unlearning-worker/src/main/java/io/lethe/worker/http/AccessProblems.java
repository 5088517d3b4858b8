package io.lethe.worker.http;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers who has no valid token, or none with the role that is asked for. */
public class AccessProblems {
  /** An error as RFC 9457 words it. */
  record Problem(String title, int status, String detail) {}

  @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
  Response unauthenticated() {
    return answer(
            401,
            "No valid token",
            "Send Authorization: Bearer with a token that the identity provider issued for Lethe"
                + " and that has not expired; ./lethe token makes one for a development stack.")
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .build();
  }

  @ServerExceptionMapper(ForbiddenException.class)
  Response forbidden() {
    return answer(
            403,
            "Not allowed",
            "The token carries none of the roles that may do this; have the identity provider give"
                + " it one of those in docs/operating/security.md.")
        .build();
  }

  private static Response.ResponseBuilder answer(int status, String title, String detail) {
    return Response.status(status)
        .type("application/problem+json")
        .entity(new Problem(title, status, detail));
  }
}
