package io.lethe.ledger.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Files that are there whole or not at all, readable by their owner alone. */
public final class DurableFiles {
  private static final Disk DISK = new Disk();

  private DurableFiles() {}

  /** Writes under a temporary name, waits for the disk, then renames. */
  public static void write(Path file, byte[] bytes) throws IOException {
    Path absolute = file.toAbsolutePath();
    write(DISK, absolute.getParent(), Map.of(absolute.getFileName().toString(), bytes));
  }

  /**
   * Writes files of one folder together. All are under way before the first is waited for, so that
   * the disk may take them in one go, and the folder is waited for once. Every file is durable when
   * this returns; when it fails, each is there whole or not at all.
   *
   * @param files content by name; without any, names given before are waited for
   */
  public static void write(Disk disk, Path folder, Map<String, byte[]> files) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      disk.write(temporary(folder, file.getKey()), file.getValue());
    }
    for (String name : files.keySet()) {
      disk.force(temporary(folder, name));
    }
    for (String name : files.keySet()) {
      disk.rename(temporary(folder, name), folder.resolve(name));
    }
    disk.forceNames(folder);
  }

  private static Path temporary(Path folder, String name) {
    return folder.resolve(name + ".part");
  }
}
