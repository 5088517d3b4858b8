package io.lethe.engine;

import java.net.URI;
import java.nio.file.Path;

/**
 * An adapter at rest.
 *
 * @param id SHA-256 of its content, in hex
 * @param uri where others find it
 * @param folder where this process finds it
 */
public record StoredAdapter(String id, URI uri, Path folder) {
  /** Its tensors, verified against the manifest. */
  public AdapterTensors tensors() {
    return AdapterFolder.read(folder).tensors();
  }
}
