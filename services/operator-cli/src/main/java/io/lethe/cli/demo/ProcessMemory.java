package io.lethe.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** Reads the peak resident memory of running processes. */
final class ProcessMemory {
  private static final String PEAK = "VmHWM:";
  private static final long KIBIBYTES_PER_MEBIBYTE = 1024;

  private ProcessMemory() {}

  /**
   * Sum of the peaks of these processes, in MiB; those that cannot be read count nothing. 0 where
   * the system has no /proc.
   */
  static long peakMiB(LongStream pids) {
    return pids.map(ProcessMemory::peakKibibytes).sum() / KIBIBYTES_PER_MEBIBYTE;
  }

  private static long peakKibibytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
          .filter(line -> line.startsWith(PEAK))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException gone) {
      return 0;
    }
  }
}
