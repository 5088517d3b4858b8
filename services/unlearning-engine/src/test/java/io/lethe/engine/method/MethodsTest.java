package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.E2URec;
import io.lethe.engine.EngineException;
import io.lethe.engine.OptimizerSettings;
import org.junit.jupiter.api.Test;

class MethodsTest {
  @Test
  void shouldGiveEveryMethodItsNameAndDefaults() {
    assertThat(Methods.names()).doesNotHaveDuplicates();
    for (String name : Methods.names()) {
      MethodSettings defaults = Methods.defaults(name);
      assertThat(defaults.steps()).isPositive();
      if (Methods.kind(name) == Methods.Kind.ADAPTER) {
        assertThat(Methods.named(name).name()).isEqualTo(name);
        assertThat(Methods.named(name, defaults.withSteps(7)).name()).isEqualTo(name);
      }
    }
  }

  @Test
  void shouldGiveTheProductsOwnE2URec() {
    assertThat(Methods.named("e2urec")).isInstanceOf(E2URec.class);
  }

  @Test
  void shouldListTheMethodsWhereANameIsUnknown() {
    assertThatThrownBy(() -> Methods.named("gradient"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("there is no method gradient")
        .hasMessageContaining("undial")
        .hasMessageContaining("retrain");
  }

  @Test
  void shouldSayThatARetrainingMethodMakesNoAdapter() {
    assertThat(Methods.kind("retrain")).isEqualTo(Methods.Kind.RETRAINING);
    assertThatThrownBy(() -> Methods.named("retrain"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("run it with MethodRunner");
  }

  @Test
  void shouldRefuseNumbersThatAMethodDoesNotHave() {
    assertThatThrownBy(() -> Methods.defaults("npo").with("delta", 1))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no number delta")
        .hasMessageContaining("beta");
    MethodSettings others = Methods.defaults("npo");
    assertThatThrownBy(() -> Methods.named("neggrad", others))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("begin from its defaults");
  }

  @Test
  void shouldRefuseAnOptimizerOfAnotherName() {
    assertThatThrownBy(
            () -> new OptimizerSettings("sgd", 0, 0.9, 0.999, 1e-8, 0.04, 10, false, false))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("give adamw or sophia");
  }
}
