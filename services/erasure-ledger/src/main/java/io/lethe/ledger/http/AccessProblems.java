package io.lethe.ledger.http;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers who has no valid token, or none with the role that is asked for. */
public class AccessProblems {
  private static final String CONSOLE = "/";

  /** The page's template, checked when the service is built. */
  @CheckedTemplate(basePath = "")
  static class Templates {
    static native TemplateInstance login(String remedy);
  }

  @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
  Uni<Response> unauthenticated(UriInfo uri) {
    return answer(
        uri,
        401,
        "unauthenticated",
        "No valid token",
        "Send Authorization: Bearer with a token that the identity provider issued for Lethe and"
            + " that has not expired; ./lethe token makes one for a development stack.");
  }

  @ServerExceptionMapper(ForbiddenException.class)
  Uni<Response> forbidden(UriInfo uri) {
    return answer(
        uri,
        403,
        "forbidden",
        "Not allowed",
        "The token carries none of the roles that may do this; have the identity provider give it"
            + " one of those in docs/operating/security.md.");
  }

  /** People who ask for the console get a page that takes a token, programs a problem. */
  private static Uni<Response> answer(
      UriInfo uri, int status, String type, String title, String remedy) {
    Uni<Response> answer =
        CONSOLE.equals(uri.getPath())
            ? Uni.createFrom()
                .completionStage(Templates.login(remedy).renderAsync())
                .map(page -> Response.status(status).type(MediaType.TEXT_HTML).entity(page).build())
            : Uni.createFrom().item(Problem.answer(status, type, title, remedy, null));
    return status == 401
        ? answer.map(
            response ->
                Response.fromResponse(response)
                    .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                    .build())
        : answer;
  }
}
