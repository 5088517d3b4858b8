package io.lethe.schemas.access;

import java.util.List;

/** The roles that tokens carry. Which endpoint asks for which stands at the endpoint itself. */
public final class Roles {
  /** An account system: sends deletion requests and sees its own. */
  public static final String PRODUCER = "erasure-producer";

  /** Reads every request and receipt, and asks models what they still know. Changes nothing. */
  public static final String AUDITOR = "erasure-auditor";

  /** Runs the system: reads what auditors read but scores, and withdraws and sends again. */
  public static final String OPERATOR = "erasure-operator";

  /** Decides on versions together with a second person. */
  public static final String APPROVER = "release-approver";

  /** Every role. */
  public static final List<String> ALL = List.of(PRODUCER, AUDITOR, OPERATOR, APPROVER);

  /** What the audience of a token for Lethe is, unless a deployment configures another. */
  public static final String AUDIENCE = "lethe";

  private Roles() {}
}
