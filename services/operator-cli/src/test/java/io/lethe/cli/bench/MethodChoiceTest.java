package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.CliException;
import io.lethe.engine.EngineException;
import io.lethe.engine.method.Methods;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MethodChoiceTest {
  @Test
  void shouldTakeAMethodsDefaults() {
    MethodChoice choice = MethodChoice.of("apa");

    assertThat(choice).isEqualTo(new MethodChoice("apa", Map.of()));
    assertThat(choice.settings()).isEqualTo(Methods.defaults("apa"));
  }

  @Test
  void shouldTakeNumbersAfterColons() {
    MethodChoice choice = MethodChoice.of("apa:shards=16:neighbours=5");

    assertThat(choice.name()).isEqualTo("apa");
    assertThat(choice.settings())
        .isEqualTo(Methods.defaults("apa").with("shards", 16).with("neighbours", 5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"apa:", "apa:shards", "apa:shards=", "apa:shards=many", "apa:shards=4=5"})
  void shouldRefuseWhatIsNoNumber(String typed) {
    assertThatThrownBy(() -> MethodChoice.of(typed))
        .isInstanceOf(CliException.class)
        .hasMessageContaining(typed);
  }

  @Test
  void shouldNameTheNumbersThatAMethodHas() {
    assertThatThrownBy(() -> MethodChoice.of("apa:shard=16"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("has no number shard")
        .hasMessageContaining("shards");
  }
}
