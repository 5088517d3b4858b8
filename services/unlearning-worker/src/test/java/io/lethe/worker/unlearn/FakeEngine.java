package io.lethe.worker.unlearn;

import io.lethe.engine.Progress;
import io.lethe.engine.ProgressListener;
import io.lethe.schemas.event.GateResult;
import io.lethe.worker.Sets;
import io.lethe.worker.domain.Parent;
import java.util.ArrayList;
import java.util.List;

/** An engine that computes nothing: its adapter's id is a function of set, parent and seed. */
final class FakeEngine implements UnlearningEngine {
  final List<Rows> trained = new ArrayList<>();
  final List<Long> seeds = new ArrayList<>();
  final List<String> stored = new ArrayList<>();
  int open;
  List<String> gates = List.of("no-op", "utility-floor");
  String failingGate;
  RuntimeException failsOnBegin;
  RuntimeException failsOnTraining;
  RuntimeException failsOnGates;
  Runnable duringTraining = () -> {};
  int storeFailures;

  @Override
  public String recommenderDigest() {
    return Sets.DIGEST;
  }

  @Override
  public Run begin(Parent parent, Rows rows, long seed) {
    if (failsOnBegin != null) {
      throw failsOnBegin;
    }
    open++;
    return new FakeRun(parent, rows, seed);
  }

  private final class FakeRun implements Run {
    private final Parent parent;
    private final Rows rows;
    private final long seed;

    FakeRun(Parent parent, Rows rows, long seed) {
      this.parent = parent;
      this.rows = rows;
      this.seed = seed;
    }

    @Override
    public Trained train(ProgressListener listener) {
      if (failsOnTraining != null) {
        throw failsOnTraining;
      }
      listener.onProgress(new Progress("augmented-teacher", 1, 1, Double.NaN));
      duringTraining.run();
      listener.onProgress(new Progress("student", 2, 4, 0.25));
      trained.add(rows);
      seeds.add(seed);
      return new Trained("fake", 4, 0.6, 0.4, 0.5);
    }

    @Override
    public List<GateResult> gate() {
      if (failsOnGates != null) {
        throw failsOnGates;
      }
      return gates.stream().map(this::gateResult).toList();
    }

    @Override
    public Stored store() {
      if (storeFailures > 0) {
        storeFailures--;
        throw new java.io.UncheckedIOException(
            new java.io.IOException("/disk: No space left on device"));
      }
      String id = "adapter-" + parent.adapterId() + "-" + Long.toHexString(seed);
      stored.add(id);
      return new Stored(id, "file:/adapters/" + id);
    }

    @Override
    public void close() {
      open--;
    }

    private GateResult gateResult(String name) {
      return GateResult.newBuilder()
          .setGate(name)
          .setValue(0.5)
          .setPassed(!name.equals(failingGate))
          .build();
    }
  }
}
