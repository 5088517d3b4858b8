package io.lethe.cli.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Writes small made-up data files. */
final class DataFilesForTests {
  static final String MOVIES =
      """
      movie_id,title,genres
      0000628,The Adventures of Dollie (1908),Action|Short
      0001223,"Frankenstein, the First (1910)",Short|Horror
      """;

  static final String RATINGS =
      """
      user_id,movie_id,rating,timestamp
      383,0001223,6,1362062307
      12568,0000628,8,1362062624
      383,0000628,9,1362062000
      """;

  private DataFilesForTests() {}

  static Path folder(Path folder, Map<String, String> files) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue().getBytes(StandardCharsets.UTF_8));
    }
    return folder;
  }

  static Path archive(Path file, Map<String, String> files) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        TarArchiveOutputStream archive =
            new TarArchiveOutputStream(new XZOutputStream(out, new LZMA2Options(0)))) {
      for (Map.Entry<String, String> one : files.entrySet()) {
        byte[] content = one.getValue().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry("set/" + one.getKey());
        entry.setSize(content.length);
        archive.putArchiveEntry(entry);
        archive.write(content);
        archive.closeArchiveEntry();
      }
    }
    return file;
  }

  static Path packed(Path file, String content) throws IOException {
    try (OutputStream out = new XZOutputStream(Files.newOutputStream(file), new LZMA2Options(0))) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }
}
