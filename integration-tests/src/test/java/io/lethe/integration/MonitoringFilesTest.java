package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.integration.MetricQuery.LabelMatcher;
import io.lethe.integration.MetricQuery.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Dashboards and alert rules by themselves; what they ask for is compared by MonitoringIT. */
class MonitoringFilesTest {
  private static final Path PAGE = LetheCommand.HOME.resolve("docs/operating/alerts.md");

  @Test
  void shouldHaveAPageThatTellsEveryAlertAsItsRuleDoes() throws IOException {
    if (Boolean.getBoolean("lethe.docs.write")) {
      Files.writeString(PAGE, page());
    }
    assertThat(PAGE)
        .as(
            "written anew with: mvn -pl integration-tests -am test -Dtest=MonitoringFilesTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dlethe.docs.write=true")
        .hasContent(page());
  }

  @Test
  void shouldLeadFromEveryAlertToItsPlaceOnThatPage() {
    assertThat(Monitoring.alerts())
        .isNotEmpty()
        .allSatisfy(
            alert -> {
              assertThat(alert.runbook())
                  .isEqualTo("docs/operating/alerts.md#" + alert.name().toLowerCase(Locale.ROOT));
              assertThat(alert.severity()).isIn("warning", "critical");
              assertThat(List.of(alert.summary(), alert.description(), alert.remedy()))
                  .allMatch(text -> text.endsWith("."));
            });
    assertThat(Monitoring.alerts()).extracting(Monitoring.Alert::name).doesNotHaveDuplicates();
  }

  @Test
  void shouldHaveDashboardsThatAskTheirOwnDataSourceAndExplainEachPanel() {
    assertThat(Monitoring.dashboards()).isNotEmpty();
    for (JsonNode dashboard : Monitoring.dashboards()) {
      assertThat(dashboard.required("uid").asText()).startsWith("lethe-");
      for (JsonNode panel : dashboard.required("panels")) {
        assertThat(panel.required("description").asText()).endsWith(".");
        assertThat(panel.required("datasource").required("uid").asText())
            .isEqualTo("${datasource}");
        assertThat(panel.required("gridPos").required("x").asInt())
            .isBetween(0, 24 - panel.required("gridPos").required("w").asInt());
      }
    }
  }

  @Test
  void shouldReadMetricsAndLabelsOutOfAnExpression() {
    MetricQuery query =
        MetricQuery.parse(
            "sum by (le, topic) (rate(a_bucket{le=\"1.0\"}[5m])) / on() max(b{x=~\"y.*\"}) > 1e3"
                + " and c unless absent(d)");
    assertThat(query.selectors())
        .containsExactly(
            new Selector("a_bucket", List.of(new LabelMatcher("le", "=", "1.0"))),
            new Selector("b", List.of(new LabelMatcher("x", "=~", "y.*"))),
            new Selector("c", List.of()),
            new Selector("d", List.of()));
    assertThat(query.groupedBy()).isEqualTo(Set.of("le", "topic"));
    assertThat(new LabelMatcher("x", "=~", "y.*").accepts("yes")).isTrue();
    assertThat(new LabelMatcher("x", "!=", "").accepts(null)).isFalse();
  }

  private static String page() {
    StringBuilder page = new StringBuilder();
    page.append("<!-- Written from deploy/alerts; a test fails when it differs. -->\n")
        .append("# Alerts\n\n")
        .append(
            "Prometheus takes the rules from [deploy/alerts](../../deploy/alerts), Grafana the ")
        .append("dashboards from [deploy/dashboards](../../deploy/dashboards): obligations and ")
        .append(
            "clocks, unlearning, the accumulator's streams, serving. Have `/q/metrics` of every ")
        .append("service scraped, at least every 30 seconds. No label names a person, a request ")
        .append("or a forget set.\n\n")
        .append("A test compares every name and label in those files with what the running ")
        .append("services export, and this page with the rules.\n\n")
        .append("| alert | severity | when |\n|---|---|---|\n");
    for (Monitoring.Alert alert : Monitoring.alerts()) {
      page.append(
          "| [%s](#%s) | %s | `%s`%s |%n"
              .formatted(
                  alert.name(),
                  alert.name().toLowerCase(Locale.ROOT),
                  alert.severity(),
                  alert.expression().replace("|", "\\|"),
                  alert.holdFor().isEmpty() ? "" : " for " + alert.holdFor())
              .replace(System.lineSeparator(), "\n"));
    }
    for (Monitoring.Alert alert : Monitoring.alerts()) {
      page.append("\n## ")
          .append(alert.name())
          .append("\n\n")
          .append(alert.description())
          .append("\n\n**What to do.** ")
          .append(alert.remedy())
          .append('\n');
    }
    return page.toString();
  }
}
