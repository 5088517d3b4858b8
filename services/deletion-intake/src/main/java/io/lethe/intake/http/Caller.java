package io.lethe.intake.http;

import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import io.lethe.intake.domain.Shapes;
import io.lethe.intake.status.RequestStatus;
import io.lethe.schemas.access.Roles;
import java.security.Principal;
import java.util.function.Predicate;

/**
 * Who asks. A producer's name is that of its token, and becomes the source of its requests; it sees
 * those alone, and cannot tell another's request from one that does not exist.
 *
 * @param name the account system, or the person, as the token names it
 * @param seesAll whether others' requests are its business
 */
record Caller(String name, boolean seesAll) {
  /**
   * The caller of an endpoint.
   *
   * @param hasRole whether the token carries a role
   */
  static Caller of(Principal principal, Predicate<String> hasRole) {
    return new Caller(
        principal.getName(), hasRole.test(Roles.OPERATOR) || hasRole.test(Roles.AUDITOR));
  }

  /**
   * The caller's name as the source of a request.
   *
   * @throws RefusedException when the name cannot be one
   */
  String source() {
    if (name == null || name.isBlank() || !Shapes.isSource(name)) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          "token",
          "The token's name for the caller cannot be a source: it is no 1 to 64 letters, digits,"
              + " dots, hyphens or underscores. Name the claim that holds such a name in"
              + " quarkus.oidc.token.principal-claim.");
    }
    return name;
  }

  /** Whose requests the caller may see: its own; null for everybody's. */
  String owner() {
    return seesAll ? null : name;
  }

  /** Whether the request is the caller's business. */
  boolean maySee(RequestStatus request) {
    return seesAll || request.isFrom(name);
  }
}
