package io.lethe.cli.suppression;

import io.lethe.cli.CliException;
import io.lethe.cli.data.Dataset;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.cli.dev.DevState;
import io.lethe.cli.dev.PseudonymKey;
import io.lethe.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Keeps what was erased from being tuned on again. */
public final class TrainingGuard {
  private TrainingGuard() {}

  /**
   * The rows of a data set that may be tuned on: all of them where the directory has never held a
   * request.
   *
   * @param unreadableMax requests that may be unreadable
   * @throws CliException when the directory's broker has requests but does not run, so that they
   *     cannot be read
   */
  public static SuppressionSet.Remainder filter(
      Dataset dataset, DataDirectory directory, long unreadableMax) {
    Optional<DevState> running = DevState.findRunning(directory);
    if (running.isPresent()) {
      return SuppressionReader.read(
              running.get().bootstrapServers(),
              running.get().schemaRegistryUrl(),
              Map.of(),
              unreadableMax)
          .filter(dataset, PseudonymKey.openOrCreate(directory));
    }
    if (holdsRequests(directory)) {
      throw new CliException(
          directory.root()
              + " has been served from, and its requests for erasure must be read first",
          "start it with ./lethe start-dev and train while it runs, or choose another --data-dir");
    }
    return new SuppressionSet.Remainder(dataset, 0, 0);
  }

  private static boolean holdsRequests(DataDirectory directory) {
    try (Stream<Path> logs = Files.list(directory.kafka())) {
      return logs.anyMatch(
          log -> log.getFileName().toString().startsWith(Topics.DELETION_REQUESTED.name() + '-'));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
