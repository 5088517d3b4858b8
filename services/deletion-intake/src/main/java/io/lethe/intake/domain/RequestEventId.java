package io.lethe.intake.domain;

import io.lethe.schemas.event.DeletionAction;

/** The CloudEvents id of a record of deletion.requested: the same however often it is sent. */
public final class RequestEventId {
  private static final char SEPARATOR = '/';
  private static final String ERASE = SEPARATOR + DeletionAction.ERASE.name();

  private RequestEventId() {}

  /** The id of what is asked for a request. */
  public static String of(String requestId, DeletionAction action) {
    return requestId + SEPARATOR + action;
  }

  /** The request whose erasure the id stands for; null when it stands for something else. */
  public static String erasedRequestId(String eventId) {
    return eventId != null && eventId.endsWith(ERASE)
        ? eventId.substring(0, eventId.length() - ERASE.length())
        : null;
  }
}
