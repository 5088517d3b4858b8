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

  private final Console console;
  private final BenchSettings settings;
  private final BenchFolder folder;
  private final String baseDigest;
  private final int members;
  private final List<BenchRow> audited;
  private final List<BenchRow> context;

  /** One shadow: margins of the audited rows, and which of them it was tuned on. */
  record Shadow(double[] margins, boolean[] trainedOn) {}

  Shadows(
      Console console,
      BenchSettings settings,
      BenchFolder folder,
      String baseDigest,
      SavedRows rows,
      List<BenchRow> test) {
    this.console = console;
    this.settings = settings;
    this.folder = folder;
    this.baseDigest = baseDigest;
    this.members = Math.min(AUDITED_MAX, Math.min(rows.forget().size(), test.size()));
    this.audited = new ArrayList<>(rows.forget().subList(0, members));
    this.audited.addAll(test.subList(0, members));
    List<BenchRow> retain = new ArrayList<>(rows.retain());
    Collections.shuffle(retain, new Random(BenchSettings.SEED));
    this.context = retain.subList(0, Math.min(2 * audited.size(), retain.size()));
  }

  /** The attack on a model, by its scores of all forget rows and of all test rows. */
  MembershipAttack attack(Figures.Scores model) {
    double[][] margins = new double[settings.shadows()][];
    boolean[][] trainedOn = new boolean[settings.shadows()][];
    boolean[][] plan = plan();
    for (int number = 0; number < margins.length; number++) {
      Shadow shadow = shadow(number, plan[number]);
      margins[number] = shadow.margins();
      trainedOn[number] = shadow.trainedOn();
    }
    float[] scores = new float[audited.size()];
    System.arraycopy(model.forget(), 0, scores, 0, members);
    System.arraycopy(model.test(), 0, scores, members, members);
    double[] ratios =
        Lira.scores(
            Margins.of(scores, Scoring.labels(BenchData.examples(audited))), margins, trainedOn);
    return MembershipAttack.of(
        java.util.Arrays.copyOf(ratios, members),
        java.util.Arrays.copyOfRange(ratios, members, ratios.length));
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
