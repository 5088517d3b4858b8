package io.lethe.serving.domain;

/** What can happen to the served adapter's slot. */
public enum SlotEvent {
  /** Loading of an announced version begins. */
  LOAD_STARTED,
  /** The version being loaded proved good and took effect. */
  LOAD_SUCCEEDED,
  /** The version being loaded was refused. */
  LOAD_REFUSED,
  /** The catalog took back the version being served. */
  SERVED_WITHDRAWN,
  /** The server stops. */
  STOPPED
}
