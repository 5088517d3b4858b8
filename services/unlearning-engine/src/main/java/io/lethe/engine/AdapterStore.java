package io.lethe.engine;

import java.nio.file.Path;

/**
 * Content-addressed adapters in a local folder. Storing is atomic and idempotent: the same adapter
 * twice is one folder.
 */
public final class AdapterStore {
  private final Path root;

  public AdapterStore(Path root) {
    this.root = root;
  }

  public StoredAdapter put(Candidate candidate) {
    throw new UnsupportedOperationException(root.toString());
  }

  /** The adapter of this id. Fails with an {@link EngineException} where the store holds none. */
  public StoredAdapter get(String id) {
    throw new UnsupportedOperationException(root.toString());
  }
}
