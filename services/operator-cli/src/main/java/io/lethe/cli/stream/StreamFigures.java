package io.lethe.cli.stream;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a run measured.
 *
 * @param historyPerSecond interactions and profiles that the accumulators took in a second
 * @param stateBytes of the accumulators' folders with the whole history
 * @param acceptedPerSecondHttp in a closed loop
 * @param httpSentAgain answers that asked to come again
 * @param acceptedToClosedMillisP50 median from accepted to seen in a set closed by its size
 * @param acceptedToClosedMillisP99 as above, of 99 in 100
 * @param closedBySize requests that these two are of
 * @param producerPerfPerSecond of Kafka's own program, records of the same size and settings
 * @param acceptedPerSecondKafka from deletion.submitted to deletion.requested
 * @param cpuMicrosPerRequestKafka processor time of the intakes, of one of these
 * @param closedPerSecond requests a second into closed sets, while the accumulators worked off the
 *     Kafka requests
 * @param recordBytes of an accepted request: key, headers and value
 * @param rssMiB resident memory by process at the end
 * @param topicMiB folder sizes of topics, internal ones too
 */
record StreamFigures(
    StreamSettings settings,
    double historyPerSecond,
    long stateBytes,
    double acceptedPerSecondHttp,
    int httpSentAgain,
    double acceptedToClosedMillisP50,
    double acceptedToClosedMillisP99,
    int closedBySize,
    double producerPerfPerSecond,
    double acceptedPerSecondKafka,
    double cpuMicrosPerRequestKafka,
    double closedPerSecond,
    double recordBytes,
    Map<String, Long> rssMiB,
    Map<String, Long> topicMiB,
    StreamCounts counts,
    Map<String, Object> conditions) {
  private static final double MEBIBYTE = 1024.0 * 1024;

  double ratioToProducerPerf() {
    return acceptedPerSecondKafka / producerPerfPerSecond;
  }

  double stateBytesPerSubject() {
    return (double) stateBytes / settings.subjects();
  }

  double stateMiB() {
    return stateBytes / MEBIBYTE;
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("acceptedPerSecondHttp", acceptedPerSecondHttp);
    json.put("acceptedPerSecondKafka", acceptedPerSecondKafka);
    json.put("cpuMicrosPerRequestKafka", cpuMicrosPerRequestKafka);
    json.put("producerPerfPerSecond", producerPerfPerSecond);
    json.put("ratioToProducerPerf", ratioToProducerPerf());
    json.put("acceptedToClosedMillisP50", acceptedToClosedMillisP50);
    json.put("acceptedToClosedMillisP99", acceptedToClosedMillisP99);
    json.put("closedBySize", closedBySize);
    json.put("closedPerSecond", closedPerSecond);
    json.put("historyPerSecond", historyPerSecond);
    json.put("stateBytesPerSubject", stateBytesPerSubject());
    json.put("stateMiB", stateMiB());
    json.put("rssMiB", rssMiB);
    json.put("topicMiB", topicMiB);
    json.put("recordBytes", recordBytes);
    json.put("httpSentAgain", httpSentAgain);
    json.put("counts", counts.json());
    json.put("conditions", conditions);
    return json;
  }

  /** The figures as a Markdown table. */
  String table() {
    StringBuilder text = new StringBuilder();
    row(text, "", "measured");
    row(text, "---", "---");
    row(text, "Kafka's producer-perf, records a second", whole(producerPerfPerSecond));
    row(text, "accepted a second through Kafka", whole(acceptedPerSecondKafka));
    row(
        text,
        "processor time of intake for each of these",
        whole(cpuMicrosPerRequestKafka) + " us");
    row(text, "that over producer-perf", String.format(Locale.ROOT, "%.2f", ratioToProducerPerf()));
    row(text, "accepted a second over HTTP", whole(acceptedPerSecondHttp));
    row(
        text,
        "accepted to forget set closed by size, p50 and p99",
        whole(acceptedToClosedMillisP50) + " ms, " + whole(acceptedToClosedMillisP99) + " ms");
    row(text, "requests a second into closed sets, from a backlog", whole(closedPerSecond));
    row(text, "history records a second into the state", whole(historyPerSecond));
    row(
        text,
        "state of " + settings.subjects() + " subjects",
        whole(stateMiB()) + " MiB, " + whole(stateBytesPerSubject()) + " bytes each");
    rssMiB.forEach((name, mebibytes) -> row(text, "resident, " + name, mebibytes + " MiB"));
    row(
        text,
        "accepted once, closed once, of",
        counts.accepted() + ", " + counts.closed() + ", " + settings.requests());
    return text.toString();
  }

  private static void row(StringBuilder text, String name, String value) {
    text.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }
}
