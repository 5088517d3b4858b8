package io.lethe.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.event.RequestStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RequestLifecycleTest {
  /** Tests run in the module's folder. */
  private static final Path DOCUMENT = Path.of("../../docs/reference/request-lifecycle.md");

  @Test
  void shouldLeaveNoStageTwiceByTheSameEvent() {
    assertThat(
            RequestLifecycle.TRANSITIONS.stream()
                .map(transition -> transition.from() + " " + transition.event()))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldEndOnlyInCompletedAndWithdrawn() {
    assertThat(Arrays.stream(RequestStage.values()).filter(RequestLifecycle::isFinal))
        .containsExactly(RequestStage.COMPLETED, RequestStage.WITHDRAWN);
  }

  @Test
  void shouldIgnoreAnEventThatTheTableLacks() {
    RequestLifecycle lifecycle = new RequestLifecycle();
    RequestLifecycle.Decision decision =
        lifecycle.decide(RequestStage.COMPLETED, RequestEvent.REQUEST_WITHDRAWN);
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.to()).isEqualTo(RequestStage.COMPLETED);
    assertThat(decision.ignoredBecause())
        .isEqualTo("A request in stage COMPLETED has no step for REQUEST_WITHDRAWN.");
    assertThat(lifecycle.visited()).isEmpty();
  }

  @Test
  void shouldBeDocumentedAsTheTableHasIt() throws IOException {
    if (Boolean.getBoolean("lethe.write-documents")) {
      Files.createDirectories(DOCUMENT.getParent());
      Files.writeString(DOCUMENT, LifecycleDocument.text());
    }
    assertThat(Files.readString(DOCUMENT))
        .as("write it anew with -Dlethe.write-documents=true")
        .isEqualTo(LifecycleDocument.text());
  }
}
