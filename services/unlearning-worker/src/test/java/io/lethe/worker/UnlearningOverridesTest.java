package io.lethe.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.UnlearningSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnlearningOverridesTest {
  @Test
  void shouldBeTheEnginesDefaultsWhenNothingIsSet() {
    assertThat(UnlearningOverrides.apply(Map.of())).isEqualTo(UnlearningSettings.defaults());
  }

  @Test
  void shouldPutWhatIsSetInItsPlace() {
    UnlearningSettings settings =
        UnlearningOverrides.apply(
            Map.of("steps-max", "7", "learning-rate", " 0.25", "targets", "query, value"));
    assertThat(settings.stepsMax()).isEqualTo(7);
    assertThat(settings.learningRate()).isEqualTo(0.25);
    assertThat(settings.targets()).containsExactly("query", "value");
    assertThat(settings.rank()).isEqualTo(UnlearningSettings.defaults().rank());
  }

  @Test
  void shouldRefuseAnUnknownKeyAndNameTheKnownOnes() {
    assertThatThrownBy(() -> UnlearningOverrides.apply(Map.of("step-max", "7")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lethe.unlearning.step-max is no setting of the engine")
        .hasMessageContaining("steps-max");
  }

  @Test
  void shouldRefuseAValueOfTheWrongShape() {
    assertThatThrownBy(() -> UnlearningOverrides.apply(Map.of("steps-max", "many")))
        .hasMessage(
            "lethe.unlearning.steps-max must be a whole number, but is 4 characters of something"
                + " else");
  }

  @Test
  void shouldPassOnWhatTheEngineRefuses() {
    assertThatThrownBy(() -> UnlearningOverrides.apply(Map.of("steps-max", "0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stepsMax");
  }
}
