package io.lethe.accumulator.topology;

import static io.lethe.accumulator.topology.Harness.all;
import static io.lethe.accumulator.topology.Harness.day;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.accumulator.domain.ClosingRules;
import io.lethe.accumulator.domain.ExpansionLimits;
import io.lethe.accumulator.domain.Lifecycles;
import io.lethe.schemas.event.CloseTrigger;
import io.lethe.schemas.event.ForgetSetClosed;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LifecycleCoverageTest {
  private static final Duration AGE = Duration.ofSeconds(5);

  @Test
  void shouldVisitEveryTransitionOfBothLifecycles() {
    Lifecycles standard = Lifecycles.standard();
    Set<Object> visited = new HashSet<>();
    Lifecycles observed =
        new Lifecycles(
            standard.forgetSet().observedBy(visited::add),
            standard.request().observedBy(visited::add));
    ClosingRules rules = new ClosingRules(3, 1000, 3000, AGE, Duration.ofDays(7));
    try (Harness harness =
        new Harness(Harness.settings(rules, new ExpansionLimits(40, 1000), 8, 4, observed))) {
      requestOfManyParts(harness);
      withdrawalsAndLateData(harness);
      deadline(harness);
      refusedRequest(harness);
      assertThat(harness.closedSets())
          .extracting(ForgetSetClosed::getTrigger)
          .contains(CloseTrigger.SIZE, CloseTrigger.BYTES, CloseTrigger.AGE, CloseTrigger.DEADLINE);
    }
    Set<Object> rows = new HashSet<>(standard.forgetSet().rows());
    rows.addAll(standard.request().rows());
    rows.removeAll(visited);
    assertThat(rows).as("transitions that no test drove").isEmpty();
  }

  private static void requestOfManyParts(Harness harness) {
    harness.rateDaily("anna", 40);
    harness.erase("many-parts", "anna", all());
    harness.advance(AGE);
    harness.withdraw("many-parts", "anna");
    harness.extend("many-parts", "anna", Harness.DUE.plusSeconds(60));
    harness.rate("anna", "late", 4.0, day(50));
  }

  private static void withdrawalsAndLateData(Harness harness) {
    harness.rateDaily("ben", 3);
    harness.erase("withdrawn", "ben", all());
    harness.rate("ben", "late", 4.0, day(50));
    harness.extend("withdrawn", "ben", Harness.DUE.plusSeconds(60));
    harness.withdraw("withdrawn", "ben");
    harness.extend("withdrawn", "ben", Harness.DUE.plusSeconds(60));
    harness.withdraw("withdrawn", "ben");
    harness.rate("ben", "later", 4.0, day(51));
    harness.withdraw("never-made", "ben");
    harness.extend("never-made", "ben", Harness.DUE.plusSeconds(60));
    harness.erase("second", "cleo", all());
    harness.erase("third", "dora", all());
  }

  private static void deadline(Harness harness) {
    harness.erase("urgent", "emil", all(), Harness.START.plusSeconds(60));
    harness.advance(Duration.ofMillis(100));
  }

  private static void refusedRequest(Harness harness) {
    harness.rateDaily("fred", 41);
    harness.erase("too-large", "fred", all());
    harness.rate("fred", "late", 4.0, day(60));
  }
}
