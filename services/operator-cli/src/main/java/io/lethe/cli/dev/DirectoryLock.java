package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second stack off the same data directory; the system frees it when the process ends. */
public final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  static DirectoryLock acquire(DataDirectory directory) {
    return acquire(directory.root(), "--data-dir");
  }

  /**
   * @param option that names another folder
   */
  public static DirectoryLock acquire(Path root, String option) {
    Path file = root.resolve("lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new CliException(
            root + " is in use by another lethe",
            "stop that one, or give this one its own " + option);
      }
      return new DirectoryLock(channel);
    } catch (IOException failure) {
      throw new CliException(
          file + " cannot be locked (" + failure.getMessage() + ")",
          "choose another " + option + ", on a local disk",
          failure);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
