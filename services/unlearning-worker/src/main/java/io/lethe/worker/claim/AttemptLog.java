package io.lethe.worker.claim;

import io.lethe.worker.domain.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Counts how often each forget set was started, across ends of the process, so that a set that
 * kills the worker cannot do so for ever. One small file a set that has not ended; nothing in it
 * names a person.
 */
public final class AttemptLog {
  private final Path folder;

  /** A log below the given state directory, which is created. */
  public AttemptLog(Path stateDirectory) {
    this.folder = stateDirectory.resolve("attempts");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "lethe.state-directory cannot be created or written; name a folder that this process may"
              + " write to",
          e);
    }
  }

  /**
   * Notes one more start.
   *
   * @return starts so far, this one included
   */
  public int begin(String forgetSetId) {
    int attempts = attempts(forgetSetId) + 1;
    Path file = file(forgetSetId);
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.writeString(temporary, Integer.toString(attempts));
      move(temporary, file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "lethe.state-directory cannot be written; free space or name another folder", e);
    }
    return attempts;
  }

  /** Forgets the set: it ended. */
  public void end(String forgetSetId) {
    try {
      Files.deleteIfExists(file(forgetSetId));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "lethe.state-directory cannot be written; check its permissions", e);
    }
  }

  /** Starts so far; 0 for a set that has none, or whose file is torn. */
  public int attempts(String forgetSetId) {
    Path file = file(forgetSetId);
    try {
      return Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
    } catch (NumberFormatException torn) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "lethe.state-directory cannot be read; check its permissions", e);
    }
  }

  private Path file(String forgetSetId) {
    return folder.resolve(Digests.sha256(forgetSetId));
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
