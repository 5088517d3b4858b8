package io.lethe.cli.bench;

import io.lethe.cli.Console;
import io.lethe.engine.Example;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.audit.Lira;
import io.lethe.engine.audit.Margins;
import io.lethe.engine.audit.MembershipAttack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Shadow models for the likelihood-ratio attack. Each is tuned like the original, on a sample of
 * retained rows and on a random half of the audited rows, so that every audited row is known to
 * half of the shadows and unknown to the others.
 */
final class Shadows {
  /** Audited rows of each kind at most: a shadow's cost grows with them. */
  static final int AUDITED_MAX = 256;

  /** Audited rows of one small request at most. */
  static final int AUDITED_OF_A_REQUEST_MAX = 32;

  private final Console console;
  private final BenchSettings settings;
  private final BenchFolder folder;
  private final String baseDigest;
  private final List<BenchRow> audited;
  private final List<BenchRow> context;

  /** Place of every audited row, by its id. */
  private final Map<String, Integer> places = new LinkedHashMap<>();

  private List<Shadow> tuned;

  /** One shadow: margins of the audited rows, and which of them it was tuned on. */
  record Shadow(double[] margins, boolean[] trainedOn) {}

  /**
   * @param audited rows that attacks will be about
   * @param retain rows that every shadow is tuned on, as many as twice the audited ones at most
   */
  private Shadows(
      Console console,
      BenchSettings settings,
      BenchFolder folder,
      String baseDigest,
      List<BenchRow> audited,
      List<BenchRow> retain) {
    this.console = console;
    this.settings = settings;
    this.folder = folder;
    this.baseDigest = baseDigest;
    this.audited = List.copyOf(audited);
    for (BenchRow row : audited) {
      places.put(row.example().id(), places.size());
    }
    List<BenchRow> shuffled = new ArrayList<>(retain);
    Collections.shuffle(shuffled, new Random(BenchSettings.SEED));
    this.context = shuffled.subList(0, Math.min(2 * audited.size(), shuffled.size()));
  }

  /** For one request of many rows: the first of them beside as many test rows. */
  static Shadows ofOneRequest(
      Console console,
      BenchSettings settings,
      BenchFolder folder,
      String baseDigest,
      SavedRows rows,
      List<BenchRow> test) {
    int members = Math.min(AUDITED_MAX, Math.min(rows.forget().size(), test.size()));
    List<BenchRow> audited = new ArrayList<>(rows.forget().subList(0, members));
    audited.addAll(test.subList(0, members));
    return new Shadows(console, settings, folder, baseDigest, audited, rows.retain());
  }

  /** For many small requests, which share the shadows: the first rows of each, and test rows. */
  static Shadows ofSmallRequests(
      Console console,
      BenchSettings settings,
      BenchFolder folder,
      String baseDigest,
      List<ErasureRequest> requests,
      BenchData data) {
    Map<String, BenchRow> members = new LinkedHashMap<>();
    for (ErasureRequest request : requests) {
      request.erased().stream()
          .limit(AUDITED_OF_A_REQUEST_MAX)
          .forEach(row -> members.put(row.example().id(), row));
    }
    List<BenchRow> audited = new ArrayList<>(members.values());
    audited.addAll(data.test().subList(0, Math.min(AUDITED_MAX, data.test().size())));
    List<BenchRow> retain =
        data.train().stream().filter(row -> !members.containsKey(row.example().id())).toList();
    return new Shadows(console, settings, folder, baseDigest, audited, retain);
  }

  /**
   * The attack on a model, over those rows that are audited.
   *
   * @param forget scores of the forget rows, in their order
   * @param test scores of the test rows, in their order
   */
  MembershipAttack attack(
      List<BenchRow> forgetRows, float[] forget, List<BenchRow> testRows, float[] test) {
    List<BenchRow> known = new ArrayList<>();
    List<Float> observed = new ArrayList<>();
    addAudited(forgetRows, forget, known, observed);
    int members = known.size();
    addAudited(testRows, test, known, observed);
    double[] ratios = ratios(known, observed);
    return MembershipAttack.of(
        Arrays.copyOf(ratios, members), Arrays.copyOfRange(ratios, members, ratios.length));
  }

  private void addAudited(
      List<BenchRow> rows, float[] scores, List<BenchRow> known, List<Float> observed) {
    for (int row = 0; row < scores.length; row++) {
      if (places.containsKey(rows.get(row).example().id())) {
        known.add(rows.get(row));
        observed.add(scores[row]);
      }
    }
  }

  /** Log of the likelihood ratio of each row; members and others share what the fit shares. */
  private double[] ratios(List<BenchRow> rows, List<Float> observed) {
    List<Shadow> shadows = shadows();
    float[] scores = new float[rows.size()];
    double[][] margins = new double[shadows.size()][rows.size()];
    boolean[][] trainedOn = new boolean[shadows.size()][rows.size()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = observed.get(row);
      int place = places.get(rows.get(row).example().id());
      for (int shadow = 0; shadow < margins.length; shadow++) {
        margins[shadow][row] = shadows.get(shadow).margins()[place];
        trainedOn[shadow][row] = shadows.get(shadow).trainedOn()[place];
      }
    }
    return Lira.scores(
        Margins.of(scores, Scoring.labels(BenchData.examples(rows))), margins, trainedOn);
  }

  private List<Shadow> shadows() {
    if (tuned == null) {
      boolean[][] plan = plan();
      List<Shadow> shadows = new ArrayList<>();
      for (int number = 0; number < plan.length; number++) {
        shadows.add(shadow(number, plan[number]));
      }
      tuned = List.copyOf(shadows);
    }
    return tuned;
  }

  /** By shadow and audited row: every row is known to half of the shadows. */
  private boolean[][] plan() {
    boolean[][] plan = new boolean[settings.shadows()][audited.size()];
    Random random = new Random(BenchSettings.SEED);
    List<Integer> shadows = new ArrayList<>();
    for (int number = 0; number < settings.shadows(); number++) {
      shadows.add(number);
    }
    for (int row = 0; row < audited.size(); row++) {
      Collections.shuffle(shadows, random);
      for (int number : shadows.subList(0, settings.shadows() / 2)) {
        plan[number][row] = true;
      }
    }
    return plan;
  }

  private Shadow shadow(int number, boolean[] trainedOn) {
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("base", baseDigest);
    key.put("audited", SavedRows.digest(audited));
    key.put("context", SavedRows.digest(context));
    key.put("trainedOn", trainedOn);
    key.put("tuning", settings.tuning());
    key.put("precision", settings.engine().precision());
    key.put("device", settings.engine().device());
    return folder
        .stages()
        .once("shadow-" + (number + 1), key, Shadow.class, () -> tune(number, trainedOn));
  }

  private Shadow tune(int number, boolean[] trainedOn) {
    List<Example> rows = new ArrayList<>(BenchData.examples(context));
    Set<String> left = new HashSet<>();
    for (int row = 0; row < trainedOn.length; row++) {
      rows.add(audited.get(row).example());
      if (!trainedOn[row]) {
        left.add(audited.get(row).example().id());
      }
    }
    Path recommender = folder.work().resolve("shadow-" + (number + 1));
    Tunings.remove(recommender);
    String task = "shadow " + (number + 1) + " of " + settings.shadows();
    try (PhaseDisplay display = new PhaseDisplay(console, task)) {
      new RecommenderTuner(settings.engine())
          .tune(
              settings.base(),
              rows,
              left,
              settings.tuning(),
              BenchSettings.SEED + number,
              display,
              recommender);
      try (Recommender model = Recommender.load(recommender, settings.engine())) {
        List<Example> asked = BenchData.examples(audited);
        float[] scores =
            Scoring.score("audited rows", prompts -> model.score(prompts, null), asked, display);
        return new Shadow(Margins.of(scores, Scoring.labels(asked)), trainedOn);
      }
    } finally {
      Tunings.remove(recommender);
    }
  }
}
