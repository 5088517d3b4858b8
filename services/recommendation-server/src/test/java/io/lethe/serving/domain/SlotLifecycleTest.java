package io.lethe.serving.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SlotLifecycleTest {
  @Test
  void shouldRefuseAStepThatTheTableLacks() {
    SlotLifecycle lifecycle = new SlotLifecycle();
    assertThatThrownBy(() -> lifecycle.fire(SlotEvent.LOAD_SUCCEEDED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("LOAD_SUCCEEDED in state EMPTY");
    assertThat(lifecycle.state()).isEqualTo(SlotState.EMPTY);
  }

  @Test
  void shouldAnswerOnlyWhileAVersionIsServedThatStands() {
    SlotLifecycle lifecycle = new SlotLifecycle();
    assertThat(lifecycle.answers()).isFalse();
    lifecycle.fire(SlotEvent.LOAD_STARTED);
    assertThat(lifecycle.answers()).isFalse();
    lifecycle.fire(SlotEvent.LOAD_SUCCEEDED);
    assertThat(lifecycle.answers()).isTrue();
    lifecycle.fire(SlotEvent.LOAD_STARTED);
    assertThat(lifecycle.answers()).isTrue();
    lifecycle.fire(SlotEvent.SERVED_WITHDRAWN);
    assertThat(lifecycle.answers()).isFalse();
  }

  @Test
  void shouldLeaveNoStateTwiceByTheSameEvent() {
    assertThat(
            SlotLifecycle.TRANSITIONS.stream()
                .map(transition -> transition.from() + " " + transition.event()))
        .doesNotHaveDuplicates();
  }
}
