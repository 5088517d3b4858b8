package io.lethe.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.event.RequestStage;
import io.lethe.worker.Sets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DueDatesTest {
  private static final Set<String> ALL = Set.of("a", "b", "c");

  private final DueDates dueDates = new DueDates(2);

  @Test
  void shouldTellTheEarliestDeadlineOfTheRequestsAskedFor() {
    due("a", 3);
    due("b", 1);
    assertThat(dueDates.earliest(ALL)).contains(day(1));
    assertThat(dueDates.earliest(Set.of("a"))).contains(day(3));
    assertThat(dueDates.earliest(Set.of("c"))).isEmpty();
  }

  @Test
  void shouldForgetARequestThatIsExactOrWithdrawnOrGone() {
    due("a", 1);
    dueDates.apply("a", Sets.progressed("a", RequestStage.COMPLETED).setExactAt(Sets.NOW).build());
    assertThat(dueDates.earliest(ALL)).isEmpty();
    due("a", 1);
    dueDates.apply("a", Sets.progressed("a", RequestStage.WITHDRAWN).build());
    assertThat(dueDates.earliest(ALL)).isEmpty();
    due("a", 1);
    dueDates.apply("a", null);
    assertThat(dueDates.earliest(ALL)).isEmpty();
  }

  @Test
  void shouldFollowADeadlineThatMoves() {
    due("a", 1);
    due("a", 5);
    assertThat(dueDates.earliest(ALL)).contains(day(5));
  }

  @Test
  void shouldKeepTheEarliestWhereThereAreTooMany() {
    due("a", 3);
    due("b", 1);
    due("c", 2);
    assertThat(dueDates.earliest(Set.of("a"))).isEmpty();
    assertThat(dueDates.earliest(Set.of("c"))).contains(day(2));
    assertThat(dueDates.earliest(ALL)).contains(day(1));
  }

  private void due(String requestId, int days) {
    dueDates.apply(
        requestId, Sets.progressed(requestId, RequestStage.RELEASED).setDueAt(day(days)).build());
  }

  private static Instant day(int days) {
    return Sets.NOW.plus(Duration.ofDays(days));
  }
}
