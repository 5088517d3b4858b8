package io.lethe.engine.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Folders that appear whole or not at all: filled under a temporary name, synced, renamed. */
public final class Folders {
  /** Several MiB in one call take four times as long as in parts of this size (ext4, measured). */
  private static final int WRITE_BYTES = 1 << 18;

  /** How the name of a folder begins that is not whole yet; a process that was killed leaves it. */
  public static final String UNFINISHED = ".new-";

  private Folders() {}

  /** Fills a new folder. */
  @FunctionalInterface
  public interface Filler {
    void fill(Path folder) throws IOException;
  }

  /**
   * Creates {@code folder} with what {@code filler} writes. Where it exists already, whoever was
   * first wins and the new content is dropped, so callers must name folders by content or own the
   * name.
   */
  public static void create(Path folder, Filler filler) {
    try {
      Path parent = folder.toAbsolutePath().getParent();
      Files.createDirectories(parent);
      Path temporary = Files.createTempDirectory(parent, UNFINISHED);
      try {
        filler.fill(temporary);
        for (Path file : files(temporary)) {
          sync(file, StandardOpenOption.WRITE);
        }
        sync(temporary, StandardOpenOption.READ);
        move(temporary, folder);
        sync(parent, StandardOpenOption.READ);
      } finally {
        delete(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file. */
  @FunctionalInterface
  public interface Writer {
    void write(Path file) throws IOException;
  }

  /**
   * Puts another file in a file's place, whole or not at all, and then overwrites the old content
   * with zeros, so that it does not outlive its name; what a journal or a drive keeps of it is
   * beyond a program's reach.
   */
  public static void replace(Path file, Writer writer) {
    // Several processes may do so at once; each writes what leaves the same out.
    Path temporary = file.resolveSibling("." + file.getFileName() + "-" + UUID.randomUUID());
    try (FileChannel old = FileChannel.open(file, StandardOpenOption.WRITE)) {
      writer.write(temporary);
      sync(temporary, StandardOpenOption.WRITE);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      sync(file.toAbsolutePath().getParent(), StandardOpenOption.READ);
      overwrite(old);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void overwrite(FileChannel channel) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
    long left = channel.size();
    while (left > 0) {
      zeros.clear().limit((int) Math.min(left, zeros.capacity()));
      left -= channel.write(zeros);
    }
    channel.force(true);
  }

  /** Writes all that remains of a buffer. */
  public static void writeFully(FileChannel channel, ByteBuffer content) throws IOException {
    ByteBuffer part = content.duplicate();
    int end = content.limit();
    while (part.position() < end) {
      part.limit(Math.min(end, part.position() + WRITE_BYTES));
      channel.write(part);
    }
    content.position(end);
  }

  /** Removes a folder with its files; does nothing where there is none. */
  public static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The entries of a folder by name. */
  public static List<Path> files(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void move(Path temporary, Path folder) throws IOException {
    try {
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // Somebody else finished the same folder first.
      return;
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  private static void sync(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }
}
