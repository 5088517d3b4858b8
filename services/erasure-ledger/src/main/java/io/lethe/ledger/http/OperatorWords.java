package io.lethe.ledger.http;

import io.lethe.ledger.deadletter.ActorPseudonyms;
import jakarta.ws.rs.core.SecurityContext;

/** Who sends something back, and why, as it is kept with each. */
final class OperatorWords {
  private static final int WHY_CHARACTERS_MAX = 300;
  private static final int ACTOR_CHARACTERS_MAX = 200;

  private OperatorWords() {}

  /**
   * Why; may be left out of a dry run.
   *
   * @throws RefusedException when it is missing or too long
   */
  static String why(String given, boolean dryRun) {
    String why = given == null ? "" : given.strip();
    if (!dryRun && (why.isEmpty() || why.length() > WHY_CHARACTERS_MAX)) {
      throw RefusedException.invalid(
          "why",
          "why is a text of "
              + why.length()
              + " characters; say in 1 to "
              + WHY_CHARACTERS_MAX
              + " why it is sent back, without naming a person: it is kept with each.");
    }
    return why;
  }

  /**
   * The keyed pseudonym of who is signed in, else of the name that was given; empty where a dry run
   * names nobody.
   *
   * @throws RefusedException when it is missing or too long
   */
  static String actorRef(
      String given, SecurityContext security, boolean dryRun, ActorPseudonyms actors) {
    String name =
        security.getUserPrincipal() != null
            ? security.getUserPrincipal().getName()
            : given == null ? "" : given.strip();
    if (name.isEmpty() && dryRun) {
      return "";
    }
    if (name.isEmpty() || name.length() > ACTOR_CHARACTERS_MAX) {
      throw RefusedException.invalid(
          "actor",
          "actor is a text of "
              + name.length()
              + " characters; name in 1 to "
              + ACTOR_CHARACTERS_MAX
              + " who sends it back: a keyed pseudonym of it is kept.");
    }
    return actors.of(name);
  }
}
