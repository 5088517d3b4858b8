package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.method.Methods;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final Policy POLICY = new Policy(List.of("quick", "slow"));
  private static final RequestRun EXACT = run("retrain", 60000, true);

  private static RequestRun run(String method, double millis, boolean passed) {
    return new RequestRun(method, null, millis, passed, "utility-floor", 5, null, null);
  }

  private static Policy.Choice choice(boolean quickPasses, boolean slowPasses) {
    Map<String, RequestRun> runs =
        Map.of("quick", run("quick", 40, quickPasses), "slow", run("slow", 3000, slowPasses));
    return POLICY.choose(
        runs::get,
        () -> {
          assertThat(quickPasses || slowPasses).as("exact is asked last").isFalse();
          return EXACT;
        });
  }

  @Test
  void shouldKeepTheQuickestThatPasses() {
    Policy.Choice choice = choice(true, true);
    assertThat(choice.kept().method()).isEqualTo("quick");
    assertThat(choice.tried()).containsExactly("quick");
    assertThat(choice.millis()).isEqualTo(40);
    assertThat(choice.gateMillis()).isEqualTo(5);
  }

  @Test
  void shouldCountTheTimeOfWhatWasRefused() {
    Policy.Choice choice = choice(false, true);
    assertThat(choice.tried()).containsExactly("quick", "slow");
    assertThat(choice.millis()).isEqualTo(3040);
    assertThat(choice.gateMillis()).isEqualTo(10);
  }

  @Test
  void shouldRetrainWhereEveryGateRefuses() {
    Policy.Choice choice = choice(false, false);
    assertThat(choice.kept()).isSameAs(EXACT);
    assertThat(choice.tried()).containsExactly("quick", "slow", "retrain");
    assertThat(choice.millis()).isEqualTo(63040);
  }

  @Test
  void shouldTryOnlyMethodsThatTheEngineHas() {
    assertThat(Methods.names()).containsAll(Policy.standard().order());
    assertThat(Policy.standard().order()).endsWith("e2urec");
  }
}
