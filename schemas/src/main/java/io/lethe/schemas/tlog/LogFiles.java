package io.lethe.schemas.tlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A log's files by their tlog-tiles path. */
@FunctionalInterface
public interface LogFiles {
  /** The file's content; nothing when there is no such file. */
  Optional<byte[]> read(String path) throws IOException;

  /** The files of a folder. */
  static LogFiles in(Path folder) {
    return path -> {
      try {
        return Optional.of(Files.readAllBytes(folder.resolve(path)));
      } catch (NoSuchFileException absent) {
        return Optional.empty();
      }
    };
  }

  /**
   * A tile or bundle of at least that width: a log that grew while it was copied has a wider one in
   * its place, which begins the same.
   */
  default Optional<byte[]> readFrom(String whole, int width) throws IOException {
    for (int wider = width; wider <= Tiles.WIDTH; wider++) {
      Optional<byte[]> file = read(wider == Tiles.WIDTH ? whole : whole + ".p/" + wider);
      if (file.isPresent()) {
        return file;
      }
    }
    return Optional.empty();
  }
}
