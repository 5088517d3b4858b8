package io.lethe.serving.model;

/** An adapter in memory, verified and immutable, counted by reference. */
public interface LoadedAdapter {
  /** Hex SHA-256 of its content. */
  String id();

  /** One more reference; false where the last one is gone already. */
  boolean retain();

  /** One reference less; the memory goes with the last one. */
  void release();
}
