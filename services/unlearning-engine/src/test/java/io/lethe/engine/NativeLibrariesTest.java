package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.util.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NativeLibrariesTest {
  private static final String OFFLINE = "ai.djl.offline";

  private final String before = System.getProperty(OFFLINE);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(OFFLINE);
    } else {
      System.setProperty(OFFLINE, before);
    }
  }

  @Test
  void shouldKeepDjlOffTheNetwork() {
    System.clearProperty(OFFLINE);

    NativeLibraries.fetchNothing();

    assertThat(Utils.isOfflineMode()).isTrue();
  }

  @Test
  void shouldLeaveAChoiceAsItWasMade() {
    System.setProperty(OFFLINE, "false");

    NativeLibraries.fetchNothing();

    assertThat(System.getProperty(OFFLINE)).isEqualTo("false");
  }
}
