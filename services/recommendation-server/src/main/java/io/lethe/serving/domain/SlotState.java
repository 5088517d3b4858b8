package io.lethe.serving.domain;

/** Where the served adapter's slot stands. */
public enum SlotState {
  /** Nothing is served and nothing is being loaded. */
  EMPTY,
  /** Nothing is served yet; the first version is being loaded. */
  LOADING,
  /** A version is served. */
  SERVING,
  /** A version is served while its successor is being loaded beside it. */
  SWAPPING,
  /** A version is served that the catalog has taken back: no new request may use it. */
  WITHDRAWN,
  /** The served version was taken back, and its successor is being loaded. */
  REPLACING,
  /** The server is going away; nothing is loaded any more. */
  STOPPED
}
