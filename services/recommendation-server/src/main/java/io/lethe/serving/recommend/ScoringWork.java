package io.lethe.serving.recommend;

import io.lethe.engine.Prompt;
import io.lethe.serving.domain.ReleasedVersion;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One request's part in a native call. Asked and finished on a scoring thread, one thread at a
 * time.
 *
 * @param <T> the answer
 */
public interface ScoringWork<T> {
  /** About how many prompts it will ask, so that no call takes more than a request should wait. */
  int size();

  /** The version that must answer; empty for whichever is served when its turn comes. */
  default OptionalLong pinnedVersion() {
    return OptionalLong.empty();
  }

  /** Whom the answer is for, where it is for one subject: a version on trial may answer it. */
  default Optional<String> subjectRef() {
    return Optional.empty();
  }

  /** The prompts, made when its turn comes and anew where {@link #finish} wants that. */
  List<Prompt> prompts();

  /**
   * The answer.
   *
   * @param scores one for each prompt, all from {@code version}
   * @return empty when what the prompts were made from no longer stands: they are asked anew
   */
  Optional<T> finish(float[] scores, ReleasedVersion version);
}
