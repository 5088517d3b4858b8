package io.lethe.cli.stream;

import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;

/**
 * How much a run of {@code bench stream} does.
 *
 * @param subjects with a history
 * @param interactions of each subject
 * @param httpRequests sent over HTTP, in a closed loop
 * @param connections of that loop
 * @param latencyRequests sent at a steady rate, to time forget sets
 * @param latencyPerSecond that rate
 * @param kafkaRequests put into deletion.submitted at once
 * @param duplicatePercent of the Kafka requests that are sent twice
 * @param intakes instances of deletion-intake
 * @param accumulators instances of forget-set-accumulator
 */
record StreamSettings(
    int subjects,
    int interactions,
    int httpRequests,
    int connections,
    int latencyRequests,
    int latencyPerSecond,
    int kafkaRequests,
    int duplicatePercent,
    int intakes,
    int accumulators) {
  private static final int PERCENT = 100;

  StreamSettings {
    atLeastOne("--subjects", subjects);
    atLeastOne("--interactions", interactions);
    atLeastOne("--http-requests", httpRequests);
    atLeastOne("--connections", connections);
    atLeastOne("--latency-requests", latencyRequests);
    atLeastOne("--latency-rate", latencyPerSecond);
    atLeastOne("--kafka-requests", kafkaRequests);
    atLeastOne("--intakes", intakes);
    atLeastOne("--accumulators", accumulators);
    if (duplicatePercent < 0 || duplicatePercent > PERCENT) {
      throw misuse("--duplicates is " + duplicatePercent, "give a share from 0 to 100 in percent");
    }
    if ((long) httpRequests + latencyRequests + kafkaRequests > subjects) {
      throw misuse(
          "the requests of all phases outnumber the "
              + subjects
              + " subjects, each of whom asks once",
          "give more --subjects, or fewer --http-requests, --latency-requests or"
              + " --kafka-requests");
    }
  }

  int requests() {
    return httpRequests + latencyRequests + kafkaRequests;
  }

  /** Records of deletion.submitted for the Kafka requests, repetitions included. */
  int submissions() {
    int records = 0;
    for (int request = 0; request < kafkaRequests; request++) {
      records += isSentTwice(request) ? 2 : 1;
    }
    return records;
  }

  boolean isSentTwice(int request) {
    return request % PERCENT < duplicatePercent;
  }

  private static void atLeastOne(String option, int value) {
    if (value < 1) {
      throw misuse(option + " is " + value, "give 1 or more");
    }
  }

  private static CliException misuse(String what, String remedy) {
    return new CliException(what, remedy, ExitCode.USAGE, null);
  }
}
