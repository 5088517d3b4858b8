package io.lethe.engine.method;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineException;
import io.lethe.engine.Example;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderManifest;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.model.LastProjection;
import io.lethe.engine.model.LoraStart;
import io.lethe.engine.model.Removals;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.stream.IntStream;

/**
 * The rows that a recommender keeps, in native memory, and ready to be taken away from the adapters
 * that were continued last. Gone with the recommender. One thread at a time.
 */
final class TunedGround {
  /** Adapters that are kept ready: the one being continued and the one before it. */
  private static final int REMOVALS_MAX = 2;

  private static final Map<Recommender, TunedGround> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Path folder;
  private final TuneSettings settings;
  private final AdapterTensors start;
  private final String upName;
  private final TunedRows rows;
  private final LastProjection projection;
  private final Map<String, int[]> placesByKey;

  /** A job asks more than once for the places of its rows, which takes a digest of each. */
  private List<Example> lastExamples;

  private BitSet lastLeftOut;
  private BitSet lastPlaces;
  private final Map<String, Removals> removals =
      new LinkedHashMap<>(4, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Removals> eldest) {
          boolean full = size() > REMOVALS_MAX;
          if (full) {
            eldest.getValue().close();
          }
          return full;
        }
      };

  private TunedGround(Recommender recommender) {
    RecommenderManifest manifest = recommender.manifest();
    this.folder = recommender.model().folder().folder();
    this.settings = manifest.settings();
    this.start = Teachers.fresh(recommender, manifest);
    this.upName = LastProjection.up(recommender.model());
    this.rows = TunedRows.read(folder);
    this.projection = LastProjection.of(recommender.model(), rows.read(), rows.up());
    this.placesByKey = new HashMap<>();
    for (int row = 0; row < rows.size(); row++) {
      int place = row;
      placesByKey.merge(
          rows.keys().get(row),
          new int[] {row},
          (some, one) -> {
            int[] more = Arrays.copyOf(some, some.length + 1);
            more[some.length] = place;
            return more;
          });
    }
  }

  /** That of a recommender, or null where it keeps no rows. */
  static TunedGround of(Recommender recommender) {
    RecommenderManifest manifest = recommender.manifest();
    if (manifest == null
        || manifest.settings().solver() != TuneSettings.Solver.NEWTON
        || !TunedRows.areIn(recommender.model().folder().folder())) {
      return null;
    }
    return KNOWN.computeIfAbsent(recommender, TunedGround::new);
  }

  /**
   * That of a job whose parent, if any, moved the same numbers and left known rows out; or null.
   */
  static TunedGround of(UnlearningJob job) {
    TunedGround ground = of(job.recommender());
    return ground == null || !ground.continues(job.parent()) ? null : ground;
  }

  /** The same, or an error that says what is missing. */
  static TunedGround required(UnlearningJob job) {
    TunedGround ground = of(job);
    if (ground == null) {
      throw new EngineException(
          "the method needs a recommender that was tuned to its optimum and keeps its rows, and a"
              + " parent whose left-out rows are known; tune it with the steady settings, or use"
              + " another method");
    }
    return ground;
  }

  /** Whether an adapter moved the numbers that tuning moved, and its left-out rows are known. */
  boolean continues(Adapter parent) {
    if (parent == null) {
      return true;
    }
    Map<String, FloatTensor> tensors = parent.tensors().tensors();
    String down = downName();
    return parent.manifest().leftOut() != null
        && tensors.keySet().equals(start.tensors().keySet())
        && parent.tensors().scaling() == start.scaling()
        && Arrays.equals(tensors.get(down).values(), start.tensors().get(down).values());
  }

  private String downName() {
    return upName.substring(0, upName.length() - LoraStart.B.length()) + LoraStart.A;
  }

  /** Rows that recommender and adapter together do not hold any more. */
  BitSet leftOut(Adapter parent) {
    BitSet leftOut = rows.gone();
    if (parent != null) {
      leftOut.or(LeftOut.decoded(parent.manifest().leftOut()));
    }
    return leftOut;
  }

  /**
   * Places of rows that are still held, each taken once. A row that the recommender was never tuned
   * on has none.
   */
  BitSet places(List<Example> examples, Recommender recommender, BitSet leftOut) {
    if (examples != lastExamples || !leftOut.equals(lastLeftOut)) {
      lastPlaces = found(examples, recommender, leftOut);
      lastExamples = examples;
      lastLeftOut = (BitSet) leftOut.clone();
    }
    return (BitSet) lastPlaces.clone();
  }

  /** Those of the examples that recommender and parent still hold, the first ones. */
  List<Example> held(List<Example> examples, Recommender recommender, BitSet leftOut, int limit) {
    return examples.stream()
        .filter(
            example -> {
              int[] found =
                  placesByKey.get(TunedRows.key(example, recommender.encoder().template()));
              return found != null && IntStream.of(found).anyMatch(place -> !leftOut.get(place));
            })
        .limit(limit)
        .toList();
  }

  private BitSet found(List<Example> examples, Recommender recommender, BitSet leftOut) {
    BitSet places = new BitSet();
    for (Example example : examples) {
      int[] found = placesByKey.get(TunedRows.key(example, recommender.encoder().template()));
      if (found != null) {
        IntStream.of(found)
            .filter(place -> !leftOut.get(place) && !places.get(place))
            .findFirst()
            .ifPresent(places::set);
      }
    }
    return places;
  }

  TunedRows rows() {
    return rows;
  }

  TuneSettings settings() {
    return settings;
  }

  /** B of recommender and adapter together. */
  FloatTensor up(Adapter parent) {
    return parent == null
        ? rows.up()
        : FloatTensor.sum(rows.up(), parent.tensors().tensors().get(upName));
  }

  /** All rows at some B; to be closed. */
  LastProjection at(FloatTensor up) {
    return projection.with(up);
  }

  /** All rows at B as tuning begins with it; to be closed. */
  LastProjection atStart() {
    return projection.with(start.tensors().get(upName));
  }

  /** The rows that are left behind the parent, some to be taken away; kept for the latest ones. */
  Removals removals(Adapter parent) {
    return removals.computeIfAbsent(
        parent == null ? "" : parent.id(),
        id -> {
          try (LastProjection there = at(up(parent))) {
            return there.removals(
                parent == null
                    ? TunedRows.standing(folder)
                    : there.standing(rows.allBut(leftOut(parent)), settings.ridge()));
          }
        });
  }

  /** The adapter that makes B of the recommender into another one. */
  AdapterTensors adapter(FloatTensor up) {
    Map<String, FloatTensor> tensors = new TreeMap<>(start.tensors());
    tensors.put(upName, FloatTensor.difference(up, rows.up()));
    return start.with(tensors);
  }

  /** Overwrites what is kept of rows, on disk and in memory. */
  static void shred(Recommender recommender, BitSet some) {
    TunedRows.shred(recommender.model().folder().folder(), some);
    TunedGround known = KNOWN.remove(recommender);
    if (known != null) {
      known.removals.values().forEach(Removals::close);
      known.projection.close();
    }
  }
}
