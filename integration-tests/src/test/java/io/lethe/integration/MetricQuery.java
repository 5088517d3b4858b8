package io.lethe.integration;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The metrics and labels that an expression of PromQL names. It knows the part of the language that
 * our files use: selectors with matchers, ranges, functions, aggregations with by or without, and
 * operators with on or ignoring; a name of it that it did not know would be taken for a metric and
 * fail the test.
 *
 * @param selectors what is read
 * @param groupedBy labels that results are grouped or joined by
 */
record MetricQuery(List<Selector> selectors, Set<String> groupedBy) {
  /** A metric and what its series must have. */
  record Selector(String metric, List<LabelMatcher> matchers) {}

  /** A condition on a label. */
  record LabelMatcher(String label, String operator, String value) {
    /** Whether a series with that value, or without the label for null, is meant. */
    boolean accepts(String actual) {
      String told = actual == null ? "" : actual;
      return switch (operator) {
        case "=" -> told.equals(value);
        case "!=" -> !told.equals(value);
        case "=~" -> told.matches(value);
        default -> !told.matches(value);
      };
    }
  }

  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern SELECTOR =
      Pattern.compile("(?<![A-Za-z0-9_:.])([A-Za-z_:][A-Za-z0-9_:]*)\\s*(\\{[^}]*}|\\()?");
  private static final Pattern MATCHER =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool");

  /** A grouping may stand between one of these and its parenthesis. */
  private static final Set<String> AGGREGATIONS = Set.of("sum", "max", "min", "avg", "count");

  static MetricQuery parse(String expression) {
    Set<String> groupedBy = new HashSet<>();
    String rest =
        GROUPING
            .matcher(expression)
            .replaceAll(
                grouping -> {
                  Stream.of(grouping.group(1).split(","))
                      .map(String::strip)
                      .filter(label -> !label.isEmpty())
                      .forEach(groupedBy::add);
                  return "";
                });
    rest = RANGE.matcher(rest).replaceAll("");
    List<Selector> selectors = new ArrayList<>();
    Matcher found = SELECTOR.matcher(rest);
    while (found.find()) {
      boolean function = "(".equals(found.group(2));
      String name = found.group(1);
      if (!function && !OPERATORS.contains(name) && !AGGREGATIONS.contains(name)) {
        selectors.add(new Selector(name, matchers(found.group(2))));
      }
    }
    return new MetricQuery(List.copyOf(selectors), Set.copyOf(groupedBy));
  }

  private static List<LabelMatcher> matchers(String braces) {
    return braces == null
        ? List.of()
        : MATCHER.matcher(braces).results().map(MetricQuery::matcher).toList();
  }

  private static LabelMatcher matcher(MatchResult found) {
    return new LabelMatcher(found.group(1), found.group(2), found.group(3));
  }
}
