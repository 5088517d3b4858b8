package io.lethe.cli.stream;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.ScopeKind;
import java.util.List;

/** Deletion requests as a producer puts them into deletion.submitted. */
final class SubmissionLoad {
  private static final String SOURCE = "bench-stream";

  private SubmissionLoad() {}

  /** Sends a request for everything of a subject; it is acknowledged later. */
  static void send(RecordLoad load, Phase phase, int index, String subjectRef) {
    DeletionSubmitted submitted =
        DeletionSubmitted.newBuilder()
            .setRequestId(phase.requestId(index))
            .setSubjectRef(subjectRef)
            .setScope(
                DeletionScope.newBuilder().setKind(ScopeKind.ALL).setItemIds(List.of()).build())
            .setRegime(Regime.GDPR)
            .setSource(SOURCE)
            .build();
    load.send(Topics.DELETION_SUBMITTED, subjectRef, submitted);
  }
}
