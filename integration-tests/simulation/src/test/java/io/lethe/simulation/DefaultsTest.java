package io.lethe.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.ledger.LedgerConfig;
import io.lethe.serving.ServingConfig;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the defaults of two services must be to each other, which neither can see. */
class DefaultsTest {
  @Test
  void shouldNotTakeAServerForGoneThatMayStillAnswer() throws NoSuchMethodException {
    Duration goneAfter = defaultOf(LedgerConfig.class, "serverTimeout");
    Duration answersFor = defaultOf(ServingConfig.class, "catalogTimeout");
    Duration silence = defaultOf(ServingConfig.class, "heartbeatInterval");
    assertThat(goneAfter).isGreaterThan(answersFor.plus(silence));
  }

  private static Duration defaultOf(Class<?> config, String name) throws NoSuchMethodException {
    String text = config.getMethod(name).getAnnotation(WithDefault.class).value();
    return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
  }
}
