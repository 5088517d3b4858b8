package io.lethe.engine.method;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Answers;
import io.lethe.engine.EngineException;
import io.lethe.engine.Example;
import io.lethe.engine.Priming;
import io.lethe.engine.Progress;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.model.PromptMeanings;
import io.lethe.engine.text.EncodedPrompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The methods that tune one adapter a shard over the untuned base, and meet a request by tuning the
 * touched shards again without the erased rows. What they answer with never saw these rows.
 *
 * <p>Shards that the request touches are tuned once here, without the erased rows: what they were
 * before does not enter the outcome. Those it does not touch are the set-up. A shard is tuned as
 * {@link RecommenderTuner} retrains: erased rows are masked out of their places, so that the rows
 * kept see the same batches.
 */
final class Sharding {
  /** Name of the number of shards among a method's own. */
  static final String SHARDS = "shards";

  /** How rows are dealt to shards. */
  enum Partition {
    /** Subjects at random, in shards of as many subjects. */
    RANDOM_SUBJECTS,
    /** Subjects with similar rows together, in shards of as many subjects. */
    SIMILAR_SUBJECTS,
    /** Similar rows together, whoever's they are, in shards of as many rows. */
    SIMILAR_ROWS
  }

  /** Makes one answer of those of the shards. */
  @FunctionalInterface
  interface Aggregation {
    Unlearned over(Shards shards, List<List<Example>> kept);
  }

  private final String name;
  private final BenchInputs inputs;
  private final Recommender base;
  private final List<Example> train;
  private final List<Double> losses = Collections.synchronizedList(new ArrayList<>());

  private Sharding(String name, BenchInputs inputs, Recommender base) {
    this.name = name;
    this.inputs = inputs;
    this.base = base;
    this.train = inputs.train().stream().sorted(Comparator.comparing(Example::id)).toList();
  }

  static MethodOutcome run(
      String name, BenchInputs inputs, Partition partition, Aggregation aggregation) {
    Recommender base =
        Recommender.load(inputs.baseFolder(), inputs.engine(), inputs.tuneSettings().template());
    try {
      return new Sharding(name, inputs, base).run(partition, aggregation);
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }

  private MethodOutcome run(Partition partition, Aggregation aggregation) {
    PhaseClock clock = new PhaseClock();
    int count = (int) inputs.settingsOf(name).number(SHARDS);
    int frozenLayers =
        Math.max(0, base.model().folder().layers() - inputs.tuneSettings().topLayers());
    List<List<Example>> rows = deal(partition, count, frozenLayers);
    Set<String> erased = inputs.erasedIds();
    AdapterTensors[] tensors = new AdapterTensors[count];
    int touched = 0;
    for (int shard = 0; shard < count; shard++) {
      if (!isTouched(rows.get(shard), erased)) {
        tensors[shard] = tune(rows.get(shard), Set.of(), shard);
      }
    }
    clock.end("setup");
    losses.clear();
    for (int shard = 0; shard < count; shard++) {
      if (tensors[shard] == null) {
        tensors[shard] = tune(rows.get(shard), erased, shard);
        touched++;
      }
    }
    clock.end("shards");
    List<List<Example>> kept =
        rows.stream()
            .map(shard -> shard.stream().filter(e -> !erased.contains(e.id())).toList())
            .toList();
    Shards shards = Shards.of(base, Arrays.asList(tensors), frozenLayers);
    Unlearned unlearned = aggregation.over(shards, kept);
    clock.end("aggregation");
    Map<String, Double> seconds = new LinkedHashMap<>(clock.secondsByPhase());
    double setup = seconds.remove("setup");
    double total = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    long parameters = Retraining.trainedParameters(tensors[0], inputs.tuneSettings());
    return new MethodOutcome(
        unlearned,
        null,
        setup,
        0,
        total,
        touched * parameters,
        Retraining.record(name, inputs, unlearned, losses, seconds));
  }

  private static boolean isTouched(List<Example> rows, Set<String> erased) {
    return rows.stream().anyMatch(example -> erased.contains(example.id()));
  }

  private AdapterTensors tune(List<Example> rows, Set<String> erased, int shard) {
    String phase = "shard-" + (shard + 1);
    // One seed for all, so that shards with a fixed A share it.
    return RecommenderTuner.tuneAdapter(
        base,
        rows,
        erased,
        inputs.tuneSettings().forRows(rows.size()),
        inputs.tuneSeed(),
        progress -> {
          if (!progress.phase().equals(Priming.PHASE)) {
            losses.add(progress.loss());
          }
          inputs
              .listener()
              .onProgress(
                  new Progress(
                      progress.phase().equals(Priming.PHASE) ? progress.phase() : phase,
                      progress.step(),
                      progress.totalSteps(),
                      progress.loss()));
        });
  }

  private List<List<Example>> deal(Partition partition, int count, int frozenLayers) {
    Function<Example, String> unit =
        partition == Partition.SIMILAR_ROWS ? Example::id : inputs.subjectOf();
    Map<String, List<Example>> units = new TreeMap<>();
    train.forEach(e -> units.computeIfAbsent(unit.apply(e), u -> new ArrayList<>()).add(e));
    if (count < 1 || units.size() < count) {
      throw new EngineException(
          "shards is "
              + count
              + " for "
              + units.size()
              + (partition == Partition.SIMILAR_ROWS ? " rows" : " subjects")
              + "; give at least one shard and no more than that");
    }
    List<List<Example>> dealt = List.copyOf(units.values());
    int[] shardOf =
        partition == Partition.RANDOM_SUBJECTS
            ? atRandom(dealt.size(), count)
            : BalancedClusters.of(meanings(dealt, frozenLayers), count, inputs.seed());
    List<List<Example>> shards = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      shards.add(new ArrayList<>());
    }
    for (int i = 0; i < shardOf.length; i++) {
      shards.get(shardOf[i]).addAll(dealt.get(i));
    }
    return shards;
  }

  private int[] atRandom(int units, int count) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < units; i++) {
      order.add(i % count);
    }
    Collections.shuffle(order, new Random(inputs.seed()));
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The mean over each unit's rows, by the base alone, which saw none of them. */
  private float[][] meanings(List<List<Example>> units, int frozenLayers) {
    List<Prompt> prompts = units.stream().flatMap(List::stream).map(Example::prompt).toList();
    List<EncodedPrompt> encoded = prompts.stream().map(base.encoder()::encode).toList();
    float[][] rows = PromptMeanings.of(base.model(), encoded, frozenLayers);
    float[][] meanings = new float[units.size()][];
    int at = 0;
    for (int unit = 0; unit < meanings.length; unit++) {
      int size = units.get(unit).size();
      meanings[unit] = mean(rows, at, at + size);
      at += size;
    }
    return meanings;
  }

  static float[] mean(float[][] rows, int from, int to) {
    float[] mean = new float[rows[from].length];
    for (int row = from; row < to; row++) {
      for (int k = 0; k < mean.length; k++) {
        mean[k] += rows[row][k] / (to - from);
      }
    }
    return mean;
  }

  /** Averages the shards' logits (Bourtoule et al. 2021; E2URec's program does so too). */
  static Unlearned average(Shards shards) {
    return new Unlearned() {
      @Override
      public float[] score(List<Prompt> prompts) {
        double[][] margins = shards.margins(prompts);
        float[] scores = new float[prompts.size()];
        for (int row = 0; row < scores.length; row++) {
          double sum = 0;
          for (double[] shard : margins) {
            sum += shard[row];
          }
          scores[row] = (float) Shards.probability(sum / shards.count());
        }
        return scores;
      }

      @Override
      public void close() {
        shards.close();
      }
    };
  }

  /** Labels of rows as 1 and 0. */
  static double[] labels(List<Example> examples) {
    boolean[] liked = Answers.labels(examples);
    double[] labels = new double[liked.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = liked[i] ? 1 : 0;
    }
    return labels;
  }
}
