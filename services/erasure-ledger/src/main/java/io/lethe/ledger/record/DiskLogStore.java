package io.lethe.ledger.record;

import io.lethe.schemas.tlog.LogFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The log as a folder, held by one process at a time. */
public final class DiskLogStore implements LogStore {
  private static final String LOCK = "lock";

  private final Path folder;
  private final LogFiles files;
  private final FileChannel lock;

  private DiskLogStore(Path folder, FileChannel lock) {
    this.folder = folder;
    this.files = LogFiles.in(folder);
    this.lock = lock;
  }

  /**
   * Opens the folder, made if it is missing.
   *
   * @throws IOException when it cannot be written, or another process holds it
   */
  public static DiskLogStore open(Path folder) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock held = null;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException here) {
      channel.close();
    }
    if (held == null) {
      channel.close();
      throw new IOException(
          "Another ledger holds the folder "
              + folder.getFileName()
              + " in lethe.state-directory; stop it, or give this one a directory of its own.");
    }
    return new DiskLogStore(folder, channel);
  }

  @Override
  public Optional<byte[]> read(String path) throws IOException {
    return files.read(path);
  }

  @Override
  public void write(String path, byte[] bytes) throws IOException {
    DurableFiles.write(folder.resolve(path), bytes);
  }

  @Override
  public void removeUnfinished(String path, int kept) throws IOException {
    Path widths = folder.resolve(path + ".p");
    try (DirectoryStream<Path> there = Files.newDirectoryStream(widths)) {
      for (Path width : there) {
        if (!width.getFileName().toString().equals(Integer.toString(kept))) {
          Files.delete(width);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException none) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
