package io.lethe.ledger.domain;

import io.lethe.schemas.event.RequestStage;
import java.util.Arrays;

/** The lifecycle's reference page, written from its table. */
public final class LifecycleDocument {
  private LifecycleDocument() {}

  /** The page as Markdown with a Mermaid state diagram. */
  public static String text() {
    StringBuilder text = new StringBuilder();
    text.append("# The lifecycle of a deletion request\n\n")
        .append("Written from the table in `RequestLifecycle`; a test compares the two.\n\n")
        .append("A step that leads back to its own stage records a clock and moves nothing: ")
        .append("a request may be suppressed before or after its forget set closes, and it is\n")
        .append("completed once both clocks, suppressed and unlearned, have been met. ")
        .append("The third clock, exact, may be met before or after: ")
        .append("a request that was completed before gets its receipt anew.\n")
        .append("An event without a step is ignored with its reason in the log.\n\n")
        .append("```mermaid\nstateDiagram-v2\n");
    for (RequestLifecycle.Transition step : RequestLifecycle.TRANSITIONS) {
      text.append("  ")
          .append(step.from() == RequestStage.UNKNOWN ? "[*]" : step.from().name())
          .append(" --> ")
          .append(step.to())
          .append(": ")
          .append(step.event())
          .append('\n');
    }
    Arrays.stream(RequestStage.values())
        .filter(RequestLifecycle::isFinal)
        .forEach(stage -> text.append("  ").append(stage).append(" --> [*]\n"));
    text.append("```\n\n| from | event | to |\n|---|---|---|\n");
    for (RequestLifecycle.Transition step : RequestLifecycle.TRANSITIONS) {
      text.append("| ")
          .append(step.from())
          .append(" | ")
          .append(step.event())
          .append(" | ")
          .append(step.to())
          .append(" |\n");
    }
    return text.toString();
  }
}
