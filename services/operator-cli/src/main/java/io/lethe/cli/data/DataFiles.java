package io.lethe.cli.data;

import io.lethe.cli.CliException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Streams the tables of a folder, a {@code .tar.xz} archive or a single file, packed or not. */
final class DataFiles {
  private DataFiles() {}

  /** Receives one table; the stream is read before the call returns and closed by the caller. */
  @FunctionalInterface
  interface TableVisitor {
    /**
     * @param name the file's own name, without folders and without {@code .xz}
     */
    void table(String name, InputStream content) throws IOException;
  }

  static void visit(Path path, TableVisitor visitor) {
    try {
      if (Files.isDirectory(path)) {
        folder(path, visitor);
      } else if (path.getFileName().toString().endsWith(".tar.xz")) {
        archive(path, visitor);
      } else {
        file(path, visitor);
      }
    } catch (NoSuchFileException absent) {
      throw new CliException("there is no file " + path, "check the path given to --data", absent);
    } catch (IOException failure) {
      throw new CliException(
          path.getFileName() + " cannot be read (" + failure.getMessage() + ")",
          "check that the file is whole and of a known kind: a folder, .tar.xz, .csv or .csv.xz",
          failure);
    }
  }

  private static void folder(Path path, TableVisitor visitor) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(path)) {
      files = entries.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      file(file, visitor);
    }
  }

  private static void file(Path path, TableVisitor visitor) throws IOException {
    String name = path.getFileName().toString();
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(path));
        InputStream content = name.endsWith(".xz") ? new XZInputStream(raw) : raw) {
      visitor.table(name.replaceFirst("\\.xz$", ""), content);
    }
  }

  private static void archive(Path path, TableVisitor visitor) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(path));
        TarArchiveInputStream archive = new TarArchiveInputStream(new XZInputStream(raw))) {
      for (TarArchiveEntry entry = archive.getNextEntry();
          entry != null;
          entry = archive.getNextEntry()) {
        if (entry.isFile()) {
          String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
          visitor.table(name, new UncloseableStream(archive));
        }
      }
    }
  }

  /** An entry's reader closes what it reads; the archive has to stay open for the next entry. */
  private static final class UncloseableStream extends java.io.FilterInputStream {
    UncloseableStream(InputStream archive) {
      super(archive);
    }

    @Override
    public void close() {
      // The archive is closed by its owner.
    }
  }
}
