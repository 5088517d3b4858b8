package io.lethe.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The dashboards and alert rules as they are given to Grafana and Prometheus. */
final class Monitoring {
  private static final Path DASHBOARDS = LetheCommand.HOME.resolve("deploy/dashboards");
  private static final Path ALERTS = LetheCommand.HOME.resolve("deploy/alerts");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private Monitoring() {}

  /**
   * An alert rule.
   *
   * @param holdFor how long it must hold; empty for at once
   */
  record Alert(
      String group,
      String name,
      String expression,
      String holdFor,
      String severity,
      String summary,
      String description,
      String remedy,
      String runbook) {}

  /**
   * A panel's question.
   *
   * @param legend with the labels it shows in double braces
   */
  record Panel(
      String dashboard, String title, String description, String expression, String legend) {}

  static List<Alert> alerts() {
    List<Alert> alerts = new ArrayList<>();
    for (Path file : files(ALERTS, ".yaml")) {
      for (JsonNode group : read(YAML, file).required("groups")) {
        for (JsonNode rule : group.required("rules")) {
          JsonNode annotations = rule.required("annotations");
          alerts.add(
              new Alert(
                  group.required("name").asText(),
                  rule.required("alert").asText(),
                  rule.required("expr").asText(),
                  rule.path("for").asText(),
                  rule.required("labels").required("severity").asText(),
                  annotations.required("summary").asText(),
                  annotations.required("description").asText(),
                  annotations.required("remedy").asText(),
                  annotations.required("runbook").asText()));
        }
      }
    }
    return alerts;
  }

  static List<JsonNode> dashboards() {
    return files(DASHBOARDS, ".json").stream()
        .map(file -> read(LetheCommand.MAPPER, file))
        .toList();
  }

  static List<Panel> panels() {
    List<Panel> panels = new ArrayList<>();
    for (JsonNode dashboard : dashboards()) {
      for (JsonNode panel : dashboard.required("panels")) {
        for (JsonNode target : panel.required("targets")) {
          panels.add(
              new Panel(
                  dashboard.required("title").asText(),
                  panel.required("title").asText(),
                  panel.required("description").asText(),
                  target.required("expr").asText(),
                  target.required("legendFormat").asText()));
        }
      }
    }
    return panels;
  }

  private static List<Path> files(Path folder, String ending) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static JsonNode read(ObjectMapper mapper, Path file) {
    try {
      return mapper.readTree(file.toFile());
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + file, failure);
    }
  }
}
