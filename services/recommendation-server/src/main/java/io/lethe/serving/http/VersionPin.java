package io.lethe.serving.http;

import io.lethe.schemas.access.Roles;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Singleton;
import java.util.OptionalLong;

/**
 * Reads which version a request asks for. For tests that compare versions side by side, hence for
 * operators and auditors alone: anybody else gets what is served.
 */
@Singleton
class VersionPin {
  static final String HEADER = "X-Pin-Version";

  private final SecurityIdentity identity;

  VersionPin(SecurityIdentity identity) {
    this.identity = identity;
  }

  /**
   * The version that must answer; empty where the header is absent.
   *
   * @throws ProblemException when the header holds no version number
   * @throws ForbiddenException when the caller may not pin
   */
  OptionalLong of(String header) {
    if (header == null) {
      return OptionalLong.empty();
    }
    if (!identity.hasRole(Roles.OPERATOR) && !identity.hasRole(Roles.AUDITOR)) {
      throw new ForbiddenException();
    }
    try {
      long version = Long.parseLong(header.strip());
      if (version >= 0) {
        return OptionalLong.of(version);
      }
    } catch (NumberFormatException notANumber) {
      // Answered below, as a negative number is.
    }
    throw ProblemException.badField(
        HEADER, "It must be a version number, from 0; GET /v1/models lists those held.");
  }
}
