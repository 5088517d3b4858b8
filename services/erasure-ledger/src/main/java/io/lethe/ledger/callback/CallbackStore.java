package io.lethe.ledger.callback;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.ledger.record.Disk;
import io.lethe.ledger.record.DurableFiles;
import io.lethe.ledger.record.LedgerJson;
import io.lethe.ledger.record.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Callbacks that are not delivered, one file each, so that a restart loses none. */
final class CallbackStore {
  private static final String SUFFIX = ".json";

  private final Path folder;
  private final Disk disk;
  private final ObjectMapper json = LedgerJson.mapper();

  CallbackStore(Path folder, Disk disk) {
    this.folder = folder;
    this.disk = disk;
  }

  List<Callback> load() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      // A ledger that was killed may not have waited for their names.
      DurableFiles.write(disk, folder, Map.of());
      return files
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .map(this::read)
          .toList();
    } catch (IOException unreadable) {
      throw new StorageException("or read its callbacks", unreadable);
    }
  }

  /** Writes them together. */
  void put(List<Callback> callbacks) {
    if (callbacks.isEmpty()) {
      return;
    }
    try {
      Map<String, byte[]> files = new LinkedHashMap<>();
      for (Callback callback : callbacks) {
        files.put(fileName(callback), json.writeValueAsBytes(callback));
      }
      DurableFiles.write(disk, folder, files);
    } catch (IOException full) {
      throw new StorageException("a callback", full);
    }
  }

  void remove(Callback callback) {
    try {
      Files.deleteIfExists(folder.resolve(fileName(callback)));
    } catch (IOException kept) {
      throw new StorageException("that a callback was delivered", kept);
    }
  }

  private Callback read(Path file) {
    try {
      return json.readValue(file.toFile(), Callback.class);
    } catch (IOException unreadable) {
      throw new StorageException("or read its callback " + file.getFileName(), unreadable);
    }
  }

  /** Receipt ids are made by the ledger, so each is a file name as it is. */
  private static String fileName(Callback callback) {
    return callback.receiptId() + SUFFIX;
  }
}
