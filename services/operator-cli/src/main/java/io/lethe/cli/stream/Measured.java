package io.lethe.cli.stream;

import io.lethe.cli.CliException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Memory of processes and sizes of folders. */
public final class Measured {
  private static final long KIBIBYTES_PER_MEBIBYTE = 1024;

  private static final long NANOS_PER_MICROSECOND = 1000;

  private Measured() {}

  /** Resident memory of a process now, in MiB; 0 where the system has no /proc. */
  public static long residentMiB(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          / KIBIBYTES_PER_MEBIBYTE;
    } catch (IOException gone) {
      return 0;
    }
  }

  /** Processor time that a process has taken, in microseconds; 0 where the system does not tell. */
  static long cpuMicros(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .map(taken -> taken.toNanos() / NANOS_PER_MICROSECOND)
        .orElse(0L);
  }

  /** Bytes of all files below a folder; a file that goes meanwhile counts nothing. */
  static long folderBytes(Path folder) {
    return folderBytes(folder, file -> true);
  }

  /**
   * Bytes of a partition's records. Its indexes are left out: they are made at full length and stay
   * almost empty.
   */
  static long partitionBytes(Path folder) {
    return folderBytes(folder, file -> file.toString().endsWith(".log"));
  }

  private static long folderBytes(Path folder, Predicate<Path> counts) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(counts).mapToLong(Measured::sizeOf).sum();
    } catch (NoSuchFileException none) {
      return 0;
    } catch (IOException | UncheckedIOException failure) {
      throw new CliException(
          "the size of " + folder + " cannot be told (" + failure.getMessage() + ")",
          "check that the folder is readable",
          failure);
    }
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException gone) {
      return 0;
    }
  }
}
