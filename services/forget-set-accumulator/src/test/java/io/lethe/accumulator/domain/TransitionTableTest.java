package io.lethe.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.accumulator.domain.Lifecycles.SetEvent;
import io.lethe.accumulator.domain.Lifecycles.SetStage;
import org.junit.jupiter.api.Test;

class TransitionTableTest {
  @Test
  void shouldRefuseATransitionThatIsNotDeclared() {
    assertThatThrownBy(
            () -> Lifecycles.standard().forgetSet().next(SetStage.CLOSED, SetEvent.ENTRY_ADDED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Defect: a forget set in stage CLOSED cannot meet ENTRY_ADDED.");
  }

  @Test
  void shouldRefuseTwoEffectsOfOneCause() {
    TransitionTable<SetStage, SetEvent> table =
        TransitionTable.<SetStage, SetEvent>of("set")
            .on(SetStage.EMPTY, SetEvent.ENTRY_ADDED, SetStage.OPEN);
    assertThatThrownBy(() -> table.on(SetStage.EMPTY, SetEvent.ENTRY_ADDED, SetStage.CLOSED))
        .hasMessage("The lifecycle of a set names EMPTY + ENTRY_ADDED twice.");
  }
}
