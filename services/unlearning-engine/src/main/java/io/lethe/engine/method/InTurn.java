package io.lethe.engine.method;

import io.lethe.engine.Candidate;
import io.lethe.engine.EngineException;
import io.lethe.engine.GateVerdict;
import io.lethe.engine.Gates;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningMethod;
import java.util.List;

/**
 * Methods in the order in which they are tried: the first whose candidate passes the gates is kept,
 * and of the last one whatever it makes. A method that the recommender gives no ground for is
 * passed over.
 *
 * @param names methods that change an adapter, the quickest first
 */
public record InTurn(List<String> names) implements UnlearningMethod {
  public InTurn {
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new EngineException("methods names none; give one of " + Methods.names());
    }
    names.forEach(Methods::named);
  }

  @Override
  public String name() {
    return String.join(", then ", names);
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    String last = names.get(names.size() - 1);
    for (String name : names.subList(0, names.size() - 1)) {
      if (!Methods.needsTunedRows(name) || TunedGround.of(job) != null) {
        Candidate candidate = Methods.named(name).run(job, listener);
        List<GateVerdict> verdicts = Gates.evaluate(job, candidate);
        if (verdicts.get(verdicts.size() - 1).passed()) {
          return candidate;
        }
      }
    }
    return Methods.named(last).run(job, listener);
  }
}
