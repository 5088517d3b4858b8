package io.lethe.cli.serve;

import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;

/**
 * What a run does.
 *
 * @param swaps switches under load
 * @param clients connections that ask in a closed loop
 * @param requests answers without any switch, which figures under load are held against
 * @param candidates items that each request has ranked
 * @param history earlier interactions that each prompt shows
 * @param adapters different adapters, switched to in turn
 * @param servers instances of recommendation-server
 * @param suppressions deletion requests whose way to every server is timed; 0 for none
 * @param suppressionsPerSecond their rate
 */
record ServeSettings(
    int swaps,
    int clients,
    int requests,
    int candidates,
    int history,
    int adapters,
    int servers,
    int suppressions,
    int suppressionsPerSecond) {
  ServeSettings {
    require(swaps >= 1, "--swaps", "1 or more");
    require(clients >= 1 && clients <= 1000, "--clients", "1 to 1000");
    require(requests >= 100, "--requests", "100 or more, or its 99th percentile says nothing");
    require(
        candidates >= 1 && candidates <= ServedItems.CANDIDATES_MAX,
        "--candidates",
        "1 to " + ServedItems.CANDIDATES_MAX);
    require(
        history >= 0 && history <= ServedItems.HISTORY_MAX,
        "--history",
        "0 to " + ServedItems.HISTORY_MAX);
    require(adapters >= 2 && adapters <= 1000, "--adapters", "2 to 1000");
    require(servers >= 1, "--servers", "1 or more");
    require(suppressions >= 0, "--suppressions", "0 or more");
    require(suppressionsPerSecond >= 1, "--suppression-rate", "1 or more");
  }

  private static void require(boolean holds, String option, String range) {
    if (!holds) {
      throw new CliException(option + " is out of range", "give it " + range, ExitCode.USAGE, null);
    }
  }
}
