package io.lethe.worker.replay;

import io.lethe.engine.Example;
import io.lethe.engine.Progress;
import io.lethe.engine.ProgressListener;
import io.lethe.schemas.event.GateResult;
import io.lethe.worker.domain.Parent;
import io.lethe.worker.unlearn.UnlearningEngine;
import java.util.ArrayList;
import java.util.List;

/** An engine that computes nothing: the exact adapter's id is a function of the parent's. */
final class FakeReplayEngine implements ReplayEngine {
  final List<String> asked = new ArrayList<>();
  final List<String> tuned = new ArrayList<>();
  final List<List<Example>> heldOut = new ArrayList<>();
  final List<String> stored = new ArrayList<>();
  final List<String> shredded = new ArrayList<>();
  boolean openForAll = true;
  String failingGate;
  RuntimeException failsOnAsking;
  RuntimeException failsOnTraining;
  RuntimeException failsOnGates;
  RuntimeException failsOnShredding;
  Runnable duringTraining = () -> {};
  Runnable duringGates = () -> {};
  Runnable duringStoring = () -> {};
  int storeFailures;
  int runsOpen;

  @Override
  public boolean isOpenFor(Parent parent) {
    asked.add(parent.adapterId());
    if (failsOnAsking != null) {
      throw failsOnAsking;
    }
    return openForAll;
  }

  @Override
  public UnlearningEngine.Run begin(Parent parent, List<Example> rows) {
    runsOpen++;
    heldOut.add(rows);
    return new FakeRun(parent);
  }

  @Override
  public void shred(Parent exact) {
    if (failsOnShredding != null) {
      throw failsOnShredding;
    }
    shredded.add(exact.adapterId());
  }

  private final class FakeRun implements UnlearningEngine.Run {
    private final Parent parent;

    FakeRun(Parent parent) {
      this.parent = parent;
    }

    @Override
    public UnlearningEngine.Trained train(ProgressListener listener) {
      if (failsOnTraining != null) {
        throw failsOnTraining;
      }
      listener.onProgress(new Progress("replay", 1, 8, 0.5));
      duringTraining.run();
      listener.onProgress(new Progress("replay", 2, 8, 0.25));
      tuned.add(parent.adapterId());
      return new UnlearningEngine.Trained("exact", 8, Double.NaN, Double.NaN, Double.NaN);
    }

    @Override
    public List<GateResult> gate() {
      if (failsOnGates != null) {
        throw failsOnGates;
      }
      duringGates.run();
      return List.of(
          GateResult.newBuilder()
              .setGate("finite")
              .setValue(0)
              .setPassed(!"finite".equals(failingGate))
              .build());
    }

    @Override
    public UnlearningEngine.Stored store() {
      if (storeFailures > 0) {
        storeFailures--;
        throw new java.io.UncheckedIOException(new java.io.IOException("No space left on device"));
      }
      duringStoring.run();
      String id = "exact-of-" + parent.adapterId();
      stored.add(id);
      return new UnlearningEngine.Stored(id, "file:/adapters/" + id);
    }

    @Override
    public void close() {
      runsOpen--;
    }
  }
}
