package io.lethe.cli.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final StreamSettings SETTINGS =
      new StreamSettings(30, 1, 4, 1, 5, 1, 20, 10, 1, 1);

  private final Tally tally = new Tally(SETTINGS);

  @Test
  void shouldTellWhoseRequestAnIdIs() {
    Set<String> ids = new HashSet<>();
    for (Phase phase : Phase.values()) {
      for (int index = 0; index < 1_000; index++) {
        String id = phase.requestId(index);
        ids.add(id);
        assertThat(Phase.of(id)).contains(new Phase.Request(phase, index));
      }
    }
    assertThat(ids).hasSize(3_000);
    assertThat(Phase.of(new UUID(1, 2).toString())).isEmpty();
  }

  @Test
  void shouldCountEveryRequestOnceAndWhatGoesBeyondApart() {
    tally.count(Phase.HTTP.requestId(3));
    tally.count(Phase.KAFKA.requestId(3));
    tally.count(Phase.KAFKA.requestId(3));

    assertThat(tally.distinct()).isEqualTo(2);
    assertThat(tally.repeated()).isEqualTo(1);
    assertThat(tally.strange()).isZero();
  }

  @Test
  void shouldCountAnIdThatNobodySentAsStrange() {
    assertThat(tally.count(Phase.HTTP.requestId(4))).isEmpty();
    assertThat(tally.count(new UUID(1, 2).toString())).isEmpty();

    assertThat(tally.strange()).isEqualTo(2);
    assertThat(tally.distinct()).isZero();
  }

  @Test
  void shouldSendTheGivenShareTwice() {
    assertThat(SETTINGS.submissions()).isEqualTo(20 + 10);
    assertThat(new StreamSettings(300, 1, 1, 1, 1, 1, 200, 5, 1, 1).submissions())
        .isEqualTo(200 + 10);
  }

  @Test
  void shouldRefuseMoreRequestsThanSubjectsAndNumbersBelowOne() {
    assertThatThrownBy(() -> new StreamSettings(28, 1, 4, 1, 5, 1, 20, 10, 1, 1))
        .hasMessageContaining("outnumber the 28 subjects");
    assertThatThrownBy(() -> new StreamSettings(30, 1, 4, 0, 5, 1, 20, 10, 1, 1))
        .hasMessage("--connections is 0; give 1 or more.");
    assertThatThrownBy(() -> new StreamSettings(30, 1, 4, 1, 5, 1, 20, 101, 1, 1))
        .hasMessage("--duplicates is 101; give a share from 0 to 100 in percent.");
  }
}
