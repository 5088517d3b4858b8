package io.lethe.ledger.callback;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.ledger.record.DurableFiles;
import io.lethe.ledger.record.LedgerJson;
import io.lethe.ledger.record.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Callbacks that are not delivered, one file each, so that a restart loses none. */
final class CallbackStore {
  private static final String SUFFIX = ".json";

  private final Path folder;
  private final ObjectMapper json = LedgerJson.mapper();

  CallbackStore(Path folder) {
    this.folder = folder;
  }

  List<Callback> load() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .map(this::read)
          .toList();
    } catch (IOException unreadable) {
      throw new StorageException("or read its callbacks", unreadable);
    }
  }

  void put(Callback callback) {
    try {
      DurableFiles.write(file(callback), json.writeValueAsBytes(callback));
    } catch (IOException full) {
      throw new StorageException("a callback", full);
    }
  }

  void remove(Callback callback) {
    try {
      Files.deleteIfExists(file(callback));
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
  private Path file(Callback callback) {
    return folder.resolve(callback.receiptId() + SUFFIX);
  }
}
