package io.lethe.intake.domain;

import java.util.Locale;

/** Why a deletion request is refused. */
public enum RefusalReason {
  /** The text is not a JSON document, or the bytes are not an Avro record. */
  MALFORMED,
  /** A property that the interface does not know. */
  UNKNOWN_PROPERTY,
  /** A property is missing, or its value has the wrong shape. */
  INVALID_PROPERTY,
  /** The regime is none of those with a deadline policy. */
  UNKNOWN_REGIME,
  /** The scope's kind is none of those that can be erased. */
  UNKNOWN_SCOPE,
  /** More items than one request may name. */
  TOO_MANY_ITEMS,
  /** The body passes the limit in bytes. */
  TOO_LARGE,
  /** A date that must lie in the past lies in the future. */
  FUTURE_DATE,
  /** The deadline has passed already. */
  PAST_DATE,
  /** The deadline asked for is later than the law's. */
  AFTER_LAWFUL_DEADLINE,
  /** The request id or the idempotency key stands for another request already. */
  CONFLICT,
  /** No request of that id was accepted. */
  UNKNOWN_REQUEST,
  /** What was asked comes too late: a withdrawal, or an extension. */
  TOO_LATE,
  /** The regime has no extension, or nothing of the request is left to extend. */
  NOT_EXTENDABLE,
  /** The deadline was extended before; it moves once. */
  ALREADY_EXTENDED,
  /** The content type is not the one that the interface reads. */
  UNSUPPORTED_CONTENT_TYPE,
  /** The asker sends more than it may. */
  TOO_MANY_REQUESTS,
  /** The request could not be made durable now; sending it again is safe. */
  UNAVAILABLE;

  /** The reason as it appears in metrics and problem types, for example {@code past-date}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
