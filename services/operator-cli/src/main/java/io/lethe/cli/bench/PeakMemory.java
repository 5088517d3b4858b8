package io.lethe.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The largest resident memory of this process since a moment, as Linux counts it. Where the counter
 * cannot be set back, it stands for the process's whole life.
 */
final class PeakMemory {
  private static final Path RESET = Path.of("/proc/self/clear_refs");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";
  private static final String RESET_PEAK = "5";
  private static final double KIBIBYTES_PER_MEBIBYTE = 1024;

  private PeakMemory() {}

  /** Begins to count anew; what an earlier step left to the garbage collector is let go before. */
  static void begin() {
    System.gc();
    try {
      Files.writeString(RESET, RESET_PEAK);
    } catch (IOException notLinux) {
      // The peak then covers the whole process, which overstates and never understates.
      return;
    }
  }

  /** In MiB; 0 where the system has no /proc. */
  static double mebibytes() {
    try {
      return Files.readAllLines(STATUS).stream()
              .filter(line -> line.startsWith(PEAK))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          / KIBIBYTES_PER_MEBIBYTE;
    } catch (IOException notLinux) {
      return 0;
    }
  }
}
