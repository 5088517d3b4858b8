package io.lethe.engine;

import io.lethe.engine.checkpoint.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Content-addressed adapters in a local folder. Storing is atomic and idempotent: the same adapter
 * twice is one folder.
 */
public final class AdapterStore {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  private final Path root;

  public AdapterStore(Path root) {
    this.root = root;
  }

  /** Stores a candidate under its id; once this returns the files are on disk. */
  public StoredAdapter put(Candidate candidate) {
    AdapterFolder.Encoded encoded = AdapterFolder.encode(candidate);
    Path folder = root.resolve(encoded.id());
    if (!Files.isDirectory(folder)) {
      Folders.create(folder, encoded::write);
    }
    return new StoredAdapter(encoded.id(), folder.toUri(), folder);
  }

  /** The adapter of this id. Fails with an {@link EngineException} where the store holds none. */
  public StoredAdapter get(String id) {
    if (!ID.matcher(id).matches()) {
      throw new EngineException("an adapter id is 64 hexadecimal digits in lower case");
    }
    Path folder = root.resolve(id);
    if (!Files.isDirectory(folder)) {
      throw new EngineException(
          "the adapter store holds no " + id + "; check that worker and server share one store");
    }
    return new StoredAdapter(id, folder.toUri(), folder);
  }
}
