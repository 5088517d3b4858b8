package io.lethe.engine;

import io.lethe.engine.method.NewtonSearch;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LastProjection;
import io.lethe.engine.text.EncodedPrompt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where tuning to the optimum begins: a base that was taught, on made-up rows, that whoever liked
 * more of what they rated likes the next title more likely. Titles are words of the base's own
 * vocabulary drawn by a fixed seed, so that nobody's data enters and the beginning is the same for
 * every recommender of a base. What people's rows add then is what is particular to them, which a
 * stronger ridge leaves less room to learn by heart.
 */
public final class Priming {
  /** What progress names it. */
  public static final String PHASE = "prime";

  private static final long SEED = 1;
  private static final int HISTORY = 10;
  private static final int TITLE_WORDS_MAX = 3;
  private static final double LIKED_LEAST = 0.15;
  private static final double LIKED_MOST = 0.85;
  private static final double RIDGE = 1e-3;
  private static final int STEPS_MAX = 10;
  private static final List<String> PROFILES =
      List.of(
          "",
          "male, 25-34, educator",
          "female, 18-24, student",
          "male, 35-44, engineer",
          "female, 45-49, writer",
          "male, 18-24, student",
          "female, 25-34, artist",
          "male, 50-55, executive");

  /** Those found last, since many are tuned from one base: B by all that shapes it. */
  private static final int KNOWN_MAX = 4;

  private static final Map<String, FloatTensor> KNOWN =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, FloatTensor> eldest) {
              return size() > KNOWN_MAX;
            }
          });

  private Priming() {}

  /**
   * B of the primed base, {@code [width, rank]}.
   *
   * @param start A, and B of zeros
   */
  static FloatTensor up(
      Recommender base, AdapterTensors start, TuneSettings settings, ProgressListener listener) {
    String key =
        String.join(
            " ",
            base.digest(),
            settings.toString(),
            base.settings().device(),
            Integer.toString(base.settings().threads()));
    return KNOWN.computeIfAbsent(key, unknown -> found(base, start, settings, listener));
  }

  private static FloatTensor found(
      Recommender base, AdapterTensors start, TuneSettings settings, ProgressListener listener) {
    int count = settings.primingRows();
    Random random = new Random(SEED);
    List<String> words = Vocabulary.words(base.model().folder().folder());
    List<EncodedPrompt> prompts =
        IntStream.range(0, count)
            .mapToObj(row -> prompt(liked(row), settings.likedAbove(), words, random))
            .map(base.encoder()::encode)
            .toList();
    try (Activations activations = Activations.of(base.model(), prompts, start);
        LastProjection projection = LastProjection.of(activations, start)) {
      new NewtonSearch(RIDGE, STEPS_MAX).run(projection, rows(count), PHASE, listener);
      return projection.up();
    }
  }

  /** How many of the history a row's person liked: every number in turn. */
  private static int liked(int row) {
    return row % (HISTORY + 1);
  }

  /** Every row once as a yes and once as a no, with the weights of either. */
  private static LastProjection.Rows rows(int count) {
    int[] places = new int[2 * count];
    long[] labels = new long[places.length];
    float[] weights = new float[places.length];
    for (int row = 0; row < count; row++) {
      double yes = LIKED_LEAST + (LIKED_MOST - LIKED_LEAST) * liked(row) / HISTORY;
      places[row] = row;
      places[count + row] = row;
      labels[row] = 1;
      weights[row] = (float) (yes / count);
      weights[count + row] = (float) ((1 - yes) / count);
    }
    return new LastProjection.Rows(places, labels, weights);
  }

  private static Prompt prompt(int liked, double likedAbove, List<String> words, Random random) {
    List<Double> ratings = new ArrayList<>();
    for (int shown = 0; shown < HISTORY; shown++) {
      ratings.add(shown < liked ? likedAbove + 1 : likedAbove - 1);
    }
    Collections.shuffle(ratings, random);
    return new Prompt(
        PROFILES.get(random.nextInt(PROFILES.size())),
        ratings.stream().map(rating -> new Viewed(title(words, random), rating)).toList(),
        title(words, random));
  }

  private static String title(List<String> words, Random random) {
    return String.join(
        " ",
        Stream.generate(() -> words.get(random.nextInt(words.size())))
            .limit(1 + random.nextInt(TITLE_WORDS_MAX))
            .toList());
  }
}
