package io.lethe.ledger.page;

import io.lethe.ledger.http.RefusedException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * Lets a browser, which sends no Authorization header of its own, carry a token in a cookie. The
 * cookie proves nothing by itself: the token in it is verified at every request like any other.
 */
@Path("/session")
public class SessionResource {
  private static final String COOKIE = "lethe-token";
  private static final int TOKEN_CHARACTERS_MAX = 8192;
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+){2}");

  /** Must run before the token is looked for, which has priority 200. */
  private static final int BEFORE_AUTHENTICATION = 300;

  @POST
  @PermitAll
  @Operation(summary = "Puts a token into a cookie for the console, and leads there.")
  public Response open(@FormParam("token") String token, HttpServerRequest request) {
    String stripped = token == null ? "" : token.strip();
    if (stripped.length() > TOKEN_CHARACTERS_MAX || !TOKEN.matcher(stripped).matches()) {
      throw RefusedException.invalid(
          "token",
          "The token is a text of "
              + stripped.length()
              + " characters that forms no signed token; paste what the identity provider, or"
              + " ./lethe token, gave.");
    }
    // Strict: no other site's page can make a browser use it.
    NewCookie cookie =
        new NewCookie.Builder(COOKIE)
            .value(stripped)
            .path("/")
            .httpOnly(true)
            .secure(request.isSSL())
            .sameSite(NewCookie.SameSite.STRICT)
            .build();
    return Response.seeOther(URI.create("/")).cookie(cookie).build();
  }

  void readCookie(@Observes Filters filters) {
    filters.register(SessionResource::readCookie, BEFORE_AUTHENTICATION);
  }

  private static void readCookie(RoutingContext context) {
    Cookie cookie = context.request().getCookie(COOKIE);
    if (cookie != null && !context.request().headers().contains(HttpHeaders.AUTHORIZATION)) {
      context.request().headers().set(HttpHeaders.AUTHORIZATION, "Bearer " + cookie.getValue());
    }
    context.next();
  }
}
