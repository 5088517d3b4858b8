package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.integration.MetricQuery.LabelMatcher;
import io.lethe.integration.MetricQuery.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What dashboards and alert rules ask for is what the running services export. */
class MonitoringIT {
  /** Prometheus itself puts these on every series. */
  private static final Set<String> OF_THE_SCRAPE = Set.of("instance", "job");

  private static final Pattern SERIES =
      Pattern.compile("^([A-Za-z_:][A-Za-z0-9_:]*)(?:\\{(.*)})? \\S+$");
  private static final Pattern LABEL = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=\"([^\"]*)\"");
  private static final Pattern IN_LEGEND = Pattern.compile("\\{\\{\\s*([A-Za-z_]+)\\s*}}");

  private final DevelopmentStack stack = DevelopmentStack.get();

  @Test
  void shouldExportEveryNameAndLabelThatDashboardsAndAlertsUse() {
    // Counters of what happens to a request are there once it has happened to one.
    String account = DevelopmentStack.takeSubject();
    stack
        .servers()
        .forEach(
            server ->
                assertThat(
                        server
                            .post(
                                "/v1/recommendations",
                                "{\"subject\": \"" + account + "\", \"topN\": 3}")
                            .status())
                    .isEqualTo(200));
    Requests.awaitCompleted(stack, Requests.eraseAll(stack, account));

    // Those of Kafka Streams' partitions and stores come when it is looked at anew, once a minute.
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(5))
        .pollDelay(Duration.ZERO)
        .untilAsserted(() -> assertThat(missing()).isEmpty());
  }

  private List<String> missing() {
    Map<String, List<Map<String, String>>> exported = exported();
    List<String> missing = new ArrayList<>();
    for (Monitoring.Alert alert : Monitoring.alerts()) {
      missing.addAll(missing(exported, alert.name(), alert.expression(), Set.of()));
    }
    for (Monitoring.Panel panel : Monitoring.panels()) {
      Set<String> shown =
          Set.copyOf(
              IN_LEGEND.matcher(panel.legend()).results().map(label -> label.group(1)).toList());
      missing.addAll(
          missing(exported, panel.dashboard() + ", " + panel.title(), panel.expression(), shown));
    }
    return missing;
  }

  private static List<String> missing(
      Map<String, List<Map<String, String>>> exported,
      String where,
      String expression,
      Set<String> shown) {
    List<String> missing = new ArrayList<>();
    MetricQuery query = MetricQuery.parse(expression);
    assertThat(query.selectors()).as(where).isNotEmpty();
    for (Selector selector : query.selectors()) {
      List<Map<String, String>> series = exported.getOrDefault(selector.metric(), List.of());
      if (series.isEmpty()) {
        missing.add(where + ": nothing exports " + selector.metric());
        continue;
      }
      if (series.stream().noneMatch(labels -> accepts(selector, labels))) {
        missing.add(where + ": no series is meant by " + selector + "; there are " + series);
      }
      for (String label : query.groupedBy()) {
        if (!OF_THE_SCRAPE.contains(label)
            && series.stream().noneMatch(labels -> labels.containsKey(label))) {
          missing.add(where + ": " + selector.metric() + " has no label " + label);
        }
      }
      for (String label : shown) {
        if (!OF_THE_SCRAPE.contains(label)
            && series.stream().noneMatch(labels -> labels.containsKey(label))) {
          missing.add(where + ": the legend shows " + label + " of " + selector.metric());
        }
      }
    }
    return missing;
  }

  private static boolean accepts(Selector selector, Map<String, String> labels) {
    for (LabelMatcher matcher : selector.matchers()) {
      if (!matcher.accepts(labels.get(matcher.label()))) {
        return false;
      }
    }
    return true;
  }

  /** Metric to the labels of each of its series, over all services. */
  private Map<String, List<Map<String, String>>> exported() {
    Map<String, List<Map<String, String>>> exported = new HashMap<>();
    for (JsonNode service : stack.state().required("services")) {
      String text = new Service(service.required("url").asText()).get("/q/metrics").body();
      for (String line : text.split("\n")) {
        Matcher series = SERIES.matcher(line.strip());
        if (series.matches()) {
          Map<String, String> labels = new HashMap<>();
          if (series.group(2) != null) {
            LABEL
                .matcher(series.group(2))
                .results()
                .forEach(label -> labels.put(label.group(1), label.group(2)));
          }
          exported.computeIfAbsent(series.group(1), name -> new ArrayList<>()).add(labels);
        }
      }
    }
    return exported;
  }
}
