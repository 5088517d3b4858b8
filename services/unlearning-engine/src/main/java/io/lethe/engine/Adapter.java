package io.lethe.engine;

import java.nio.file.Path;

/**
 * Immutable LoRA tensors in native memory, counted by reference: whoever begins a request on an
 * adapter retains it and releases it when the request is done; the memory goes with the last
 * reference. The loader holds the first one, which {@link #close()} releases.
 */
public final class Adapter implements AutoCloseable {
  /** Loads and verifies; anything doubtful is an {@link AdapterRefusedException}. */
  public static Adapter load(Path folder, Recommender recommender) {
    throw new UnsupportedOperationException();
  }

  /** A candidate's tensors, for scoring before anything is stored. */
  public static Adapter of(Candidate candidate, Recommender recommender) {
    throw new UnsupportedOperationException();
  }

  /** SHA-256 of the content, in hex. */
  public String id() {
    throw new UnsupportedOperationException();
  }

  public AdapterManifest manifest() {
    throw new UnsupportedOperationException();
  }

  /**
   * One more reference; false where the last one is gone already, so that the caller must take the
   * current adapter anew.
   */
  public boolean retain() {
    throw new UnsupportedOperationException();
  }

  public void release() {
    throw new UnsupportedOperationException();
  }

  /** Releases the loader's reference; further calls do nothing. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
