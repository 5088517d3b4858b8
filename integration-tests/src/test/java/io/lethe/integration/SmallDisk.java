package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A memory file system of its own small size over a folder, which a test can fill to the last byte.
 * Only root may mount one; elsewhere the folder is an ordinary one.
 */
final class SmallDisk implements AutoCloseable {
  private static final String FILLER = "filler";
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Path folder;
  private final boolean mounted;

  private SmallDisk(Path folder, boolean mounted) {
    this.folder = folder;
    this.mounted = mounted;
  }

  static SmallDisk mountWhereAllowed(Path folder, int mebibytes) {
    try {
      Files.createDirectories(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    boolean mounted =
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString())
            == 0;
    return new SmallDisk(folder, mounted);
  }

  Path folder() {
    return folder;
  }

  boolean mounted() {
    return mounted;
  }

  /** Leaves no byte free. */
  void fill() {
    assertThat(mounted).as("only a small disk of its own may be filled").isTrue();
    byte[] chunk = new byte[CHUNK_BYTES];
    try (OutputStream filler = Files.newOutputStream(folder.resolve(FILLER))) {
      while (true) {
        filler.write(chunk);
      }
    } catch (IOException full) {
      assertThat(folder.toFile().getUsableSpace()).as("space left, %s", full).isZero();
    }
  }

  /** Takes back what {@link #fill} took. */
  void free() {
    try {
      Files.deleteIfExists(folder.resolve(FILLER));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    if (mounted) {
      assertThat(run("umount", folder.toString())).as("umount " + folder).isZero();
    }
  }

  private static int run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (IOException absent) {
      return -1;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}
