package io.lethe.faults;

import io.lethe.faults.FaultCaseSources.Found;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The page of the catalogue, from the tests' annotations and their kept results. */
final class FaultsPage {
  private static final String HEAD =
      """
      # Faults

      Written from the tests' annotations (`@FaultCase`) and their kept results; a test compares. Every fault of the catalogue is here, also one that no test shows yet.

      ```
      mvn verify                                                  # with everything else: a slice of the faults on processes
      mvn verify -pl integration-tests -am -Pfaults               # all faults on processes, in full
      mvn verify -pl integration-tests -am -Pfaults \\
          -Dit.test=LosesNothingST -Dlethe.faults.requests=100000 # the heaviest of them, with more
      ```

      Every service, the registry and the broker are processes of their own here, the last with a proxy before it that can be slow, silent or gone. They need nothing but a JDK; a fault that needs a small disk mounts one, as root, and is skipped where it may not. Logs are in `integration-tests/target`.

      What needs several hosts runs in [containers](containers.md).

      With `-Dlethe.faults.results=true` a run writes how each test went into `fault-results`, from which this page is made anew by

      ```
      mvn -pl integration-tests/fault-catalogue test -Dlethe.contract.write=true
      ```

      A time is of the machine that it was measured on, which other jobs kept busy.
      """;

  private FaultsPage() {}

  static String generate(Path root) {
    List<Found> cases = FaultCaseSources.find(root);
    StringBuilder page = new StringBuilder(HEAD);
    page.append("\n| fault | | shown on | last result |\n|---|---|---|---|\n");
    for (CatalogueFault fault : CatalogueFault.values()) {
      page.append(line(root, fault, of(fault, cases)));
    }
    for (CatalogueFault fault : CatalogueFault.values()) {
      page.append("\n## ").append(fault.name()).append(' ').append(fault.title()).append("\n");
      List<Found> shown = of(fault, cases);
      if (shown.isEmpty()) {
        page.append("\nNo test shows it yet.\n");
      }
      shown.forEach(found -> page.append(section(root, found)));
      if (!shown.isEmpty() && !fault.open().isEmpty()) {
        page.append("\nNot shown yet: ").append(fault.open()).append("\n");
      }
    }
    return page.toString();
  }

  private static List<Found> of(CatalogueFault fault, List<Found> cases) {
    return cases.stream().filter(found -> found.fault() == fault).toList();
  }

  private static String line(Path root, CatalogueFault fault, List<Found> cases) {
    String levels =
        cases.stream()
            .map(found -> found.level().words())
            .distinct()
            .collect(Collectors.joining(", "));
    List<Optional<FaultResult>> results =
        cases.stream().map(found -> FaultResult.read(root, found.test())).toList();
    return "| [%s](#%s) | %s | %s | %s |\n"
        .formatted(
            fault.name(),
            anchor(fault),
            fault.title(),
            levels.isEmpty() ? "**no test yet**" : levels,
            levels.isEmpty() ? "" : summary(results));
  }

  private static String summary(List<Optional<FaultResult>> results) {
    Map<String, Long> outcomes =
        results.stream()
            .map(result -> result.map(FaultsPage::word).orElse("not kept"))
            .collect(
                Collectors.groupingBy(word -> word, java.util.TreeMap::new, Collectors.counting()));
    return outcomes.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String word(FaultResult result) {
    return result.outcome().startsWith("skipped") ? "skipped" : result.outcome();
  }

  private static String section(Path root, Found found) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("**`" + found.test() + "`**, on " + found.level().words());
    lines.add("");
    lines.add("- What is done: " + found.does());
    lines.add("- Load: " + found.load());
    lines.add("- Must hold: " + found.oracle());
    if (!found.limit().isEmpty()) {
      lines.add("- Limit: " + found.limit());
    }
    lines.add(
        "- Last result: "
            + FaultResult.read(root, found.test())
                .map(FaultsPage::words)
                .orElse(
                    found.level() == FaultLevel.CONTAINER
                        ? "none kept"
                        : "none kept; it runs in every build"));
    return String.join("\n", lines) + "\n";
  }

  private static String words(FaultResult result) {
    String measured =
        result.measured().entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .collect(Collectors.joining("; "));
    return String.format(
        Locale.ROOT,
        "%s on %s in %.1f s%s",
        result.outcome(),
        result.date(),
        result.seconds(),
        measured.isEmpty() ? "" : " (" + measured + ")");
  }

  private static String anchor(CatalogueFault fault) {
    return (fault.name() + " " + fault.title())
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9 -]", "")
        .replace(' ', '-');
  }
}
