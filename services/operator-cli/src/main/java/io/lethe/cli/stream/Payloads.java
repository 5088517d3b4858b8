package io.lethe.cli.stream;

import io.lethe.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Accepted requests as lines of text for producer-perf: key, headers and value, of the same length
 * and as well compressible as the records themselves.
 *
 * @param file one a line
 * @param meanBytes of one
 */
record Payloads(Path file, double meanBytes) {
  private static final int LINES_MAX = 10_000;

  /** Writes those of the accepted requests that come first. */
  static Payloads write(TopicScan scan, Path file) {
    List<String> lines = new ArrayList<>();
    scan.read(
        Topics.DELETION_REQUESTED.name(),
        record -> {
          if (lines.size() < LINES_MAX) {
            lines.add(printable(record));
          }
        });
    try {
      Files.write(file, lines, StandardCharsets.US_ASCII);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return new Payloads(file, lines.stream().mapToInt(String::length).average().orElseThrow());
  }

  private static String printable(ConsumerRecord<byte[], byte[]> record) {
    StringBuilder line = new StringBuilder();
    append(line, record.key());
    record
        .headers()
        .forEach(
            header -> {
              append(line, header.key().getBytes(StandardCharsets.UTF_8));
              append(line, header.value());
            });
    append(line, record.value());
    return line.toString();
  }

  private static void append(StringBuilder line, byte[] bytes) {
    for (byte one : bytes) {
      boolean shown = one > ' ' && one < 0x7f;
      line.append(shown ? (char) one : (char) ('A' + (one & 0xf)));
    }
  }
}
