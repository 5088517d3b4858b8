package io.lethe.serving.http;

import io.lethe.engine.Prompt;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.recommend.ScoringWork;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Work whose answer goes out as JSON, stamped with the version that gave it. */
record StampedWork<T>(ScoringWork<T> work, Function<T, Object> body)
    implements ScoringWork<Response> {
  @Override
  public int size() {
    return work.size();
  }

  @Override
  public OptionalLong pinnedVersion() {
    return work.pinnedVersion();
  }

  @Override
  public Optional<String> subjectRef() {
    return work.subjectRef();
  }

  @Override
  public List<Prompt> prompts() {
    return work.prompts();
  }

  @Override
  public Optional<Response> finish(float[] scores, ReleasedVersion version) {
    return work.finish(scores, version)
        .map(answer -> ServingHeaders.stamp(body.apply(answer), version));
  }
}
