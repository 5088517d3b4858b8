package io.lethe.serving.http;

import io.lethe.engine.Prompt;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.recommend.ScoringWork;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Prompts scored as they stand. */
record AuditWork(List<Prompt> prompts, OptionalLong pinnedVersion)
    implements ScoringWork<AuditAnswer> {
  @Override
  public int size() {
    return prompts.size();
  }

  @Override
  public Optional<AuditAnswer> finish(float[] scores, ReleasedVersion version) {
    return Optional.of(AuditAnswer.of(scores));
  }
}
