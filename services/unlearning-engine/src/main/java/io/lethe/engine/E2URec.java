package io.lethe.engine;

import io.lethe.engine.checkpoint.Digests;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LoraStart;
import io.lethe.engine.model.LoraTrainer;
import io.lethe.engine.model.TrainingBatch;
import io.lethe.engine.text.EncodedPrompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Unlearning by a forgetting and a remembering teacher (Wang et al., E2URec, 2025), with one frozen
 * recommender and LoRA for everything that moves.
 *
 * <p>The augmented teacher is the parent trained further on the forget rows. What it gains there,
 * the forgetting teacher takes away from the original: {@code z_f = z_o - alpha * ReLU(z_a - z_o)}.
 * The student is drawn to z_f on the forget rows, and to z_o and the true labels on retained rows.
 * Both teachers are computed once a row and kept as two numbers.
 *
 * <p>Two departures from the published schedule, made because a fixed number of steps under- or
 * overshoots on small requests. First, the student stops where the mean confidence in the true
 * labels of the forget rows reaches what an exact retrain is expected to give (see {@link
 * ForgetTarget}), and never goes on past it. Second, alpha grows, within a limit, until the
 * forgetting teacher itself lies at or beyond that confidence: a row the original knows by heart
 * gains little from more training, so that a fixed alpha would teach nothing.
 */
public final class E2URec implements UnlearningMethod {
  private static final double GROWTH = 1.25;

  @Override
  public String name() {
    return "e2urec";
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    return new Run(name(), job, listener).candidate();
  }

  /** z_f, two logits a row. */
  static float[] forgettingTeacher(float[] original, float[] augmented, double alpha) {
    float[] teacher = new float[original.length];
    for (int i = 0; i < teacher.length; i++) {
      teacher[i] = (float) (original[i] - alpha * Math.max(0, augmented[i] - original[i]));
    }
    return teacher;
  }

  private static final class Run {
    private final String name;
    private final UnlearningJob job;
    private final UnlearningSettings settings;
    private final ProgressListener listener;
    private final List<Example> examples;
    private final int forgetCount;
    private final boolean[] forgetLabels;
    private final int[] forgetRows;
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final List<Double> losses = new ArrayList<>();
    private final List<Double> confidences = new ArrayList<>();
    private long phaseBegin = System.nanoTime();

    private AdapterTensors kept;
    private int stepKept;
    private double confidenceKept;
    private boolean reached;

    private Run(String name, UnlearningJob job, ProgressListener listener) {
      this.name = name;
      this.job = job;
      this.settings = job.settings();
      this.listener = listener;
      this.forgetCount = job.forget().size();
      this.examples = Stream.concat(job.forget().stream(), job.retain().stream()).toList();
      this.forgetLabels = Answers.labels(job.forget());
      this.forgetRows = IntStream.range(0, forgetCount).toArray();
    }

    private Candidate candidate() {
      AdapterTensors start = start();
      List<EncodedPrompt> prompts =
          examples.stream()
              .map(example -> job.recommender().encoder().encode(example.prompt()))
              .toList();
      try (Activations activations =
          Activations.of(job.recommender().model(), prompts, LoraStart.lowestLayer(start))) {
        float[] original = originalTeacher(activations, start);
        ForgetTarget target = target(original);
        endPhase("teachers");
        float[] forgetOriginal = Arrays.copyOf(original, 2 * forgetCount);
        float[] augmented = augmentedTeacher(activations, start);
        endPhase("augmented-teacher");
        double alpha = alphaFor(forgetOriginal, augmented, target.confidence());
        float[] teacher = original.clone();
        float[] forgetting = forgettingTeacher(forgetOriginal, augmented, alpha);
        System.arraycopy(forgetting, 0, teacher, 0, forgetting.length);
        trainStudent(activations, start, teacher, target.confidence());
        endPhase("student");
        UnlearningRecord record =
            new UnlearningRecord(
                name,
                losses.size(),
                stepKept,
                alpha,
                reached,
                List.copyOf(losses),
                List.copyOf(confidences),
                confidences.get(0),
                confidenceKept,
                target.confidence(),
                Map.copyOf(seconds));
        return new Candidate(kept, manifest(), record);
      }
    }

    private AdapterTensors start() {
      if (job.parent() != null) {
        return job.parent().tensors();
      }
      return LoraStart.draw(
          job.recommender().model()::shapeOf,
          job.recommender().model().folder().layers(),
          settings.topLayers(),
          settings.targets(),
          settings.rank(),
          settings.loraAlpha(),
          job.seed());
    }

    /**
     * The model as it is released now, on all rows: the parent adapter, or a fresh one that changes
     * nothing.
     */
    private float[] originalTeacher(Activations activations, AdapterTensors start) {
      try (LoraTrainer parent = new LoraTrainer(activations, start, tensor -> false, 0)) {
        return parent.logits(IntStream.range(0, examples.size()).toArray());
      }
    }

    private ForgetTarget target(float[] original) {
      List<Example> heldOut = job.heldOutUsed();
      float[] scores = job.recommender().score(Answers.prompts(heldOut), job.parent());
      float[] probabilities = Answers.probabilities(original);
      return ForgetTarget.estimate(
          Arrays.copyOf(probabilities, forgetCount),
          forgetLabels,
          Arrays.copyOfRange(probabilities, forgetCount, probabilities.length),
          Answers.labels(job.retain()),
          scores,
          Answers.labels(heldOut),
          settings.aim());
    }

    private float[] augmentedTeacher(Activations activations, AdapterTensors start) {
      BatchSchedule schedule =
          new BatchSchedule(job.forget(), prompts(activations), settings.batchSize(), job.seed());
      int total = settings.augmentedEpochs() * schedule.batchesPerEpoch();
      try (LoraTrainer trainer = new LoraTrainer(activations, start, tensor -> true, 0)) {
        int step = 0;
        for (int epoch = 0; epoch < settings.augmentedEpochs(); epoch++) {
          for (int[] rows : schedule.nextEpoch()) {
            float[] weights = new float[rows.length];
            Arrays.fill(weights, 1f / rows.length);
            TrainingBatch batch =
                new TrainingBatch(
                    rows,
                    labels(rows),
                    new float[2 * rows.length],
                    new float[rows.length],
                    weights);
            double loss = trainer.step(batch, settings.augmentedLearningRate());
            listener.onProgress(new Progress("augmented-teacher", ++step, total, loss));
          }
        }
        return trainer.logits(forgetRows);
      }
    }

    private double alphaFor(float[] original, float[] augmented, double target) {
      double before = confidence(original);
      double confidence = before - settings.teacherReach() * (before - target);
      double alpha = settings.alpha();
      while (alpha * GROWTH <= settings.alphaMax()
          && confidence(forgettingTeacher(original, augmented, alpha)) > confidence) {
        alpha *= GROWTH;
      }
      return alpha;
    }

    private void trainStudent(
        Activations activations, AdapterTensors start, float[] teacher, double target) {
      List<EncodedPrompt> prompts = prompts(activations);
      Cycle forget =
          new Cycle(
              new BatchSchedule(
                  job.forget(), prompts.subList(0, forgetCount), settings.batchSize(), job.seed()),
              0);
      Cycle retain =
          new Cycle(
              new BatchSchedule(
                  job.retain(),
                  prompts.subList(forgetCount, prompts.size()),
                  settings.retainBatchSize(),
                  job.seed() + 1),
              forgetCount);
      try (LoraTrainer student = new LoraTrainer(activations, start, tensor -> true, 0)) {
        look(student, target, 0);
        for (int step = 1; step <= settings.stepsMax() && !reached; step++) {
          double loss =
              student.step(joint(forget.next(), retain.next(), teacher), settings.learningRate());
          losses.add(loss);
          listener.onProgress(new Progress("student", step, settings.stepsMax(), loss));
          if (step % settings.evaluateEvery() == 0 || step == settings.stepsMax()) {
            look(student, target, step);
          }
        }
      }
    }

    /**
     * Measures the confidence in the forget rows and keeps the tensors that came nearest to the
     * target.
     */
    private void look(LoraTrainer student, double target, int step) {
      double confidence = confidence(student.logits(forgetRows));
      confidences.add(confidence);
      boolean nearer = Math.abs(confidence - target) < Math.abs(confidenceKept - target);
      // The start itself is never kept once a step was made: a candidate that changes nothing would
      // be refused.
      if (kept == null || stepKept == 0 || nearer) {
        kept = student.tensors();
        stepKept = step;
        confidenceKept = confidence;
      }
      reached = step > 0 && confidence <= target;
    }

    /**
     * KL to the forgetting teacher on forget rows; KL to the original and cross-entropy on retained
     * ones.
     */
    private TrainingBatch joint(int[] forget, int[] retain, float[] teacher) {
      int[] rows = IntStream.concat(IntStream.of(forget), IntStream.of(retain)).toArray();
      float[] kl = new float[rows.length];
      float[] crossEntropy = new float[rows.length];
      float[] logits = new float[2 * rows.length];
      for (int i = 0; i < rows.length; i++) {
        boolean forgotten = i < forget.length;
        double rest = 1 - settings.forgetWeight();
        kl[i] =
            (float) (forgotten ? settings.forgetWeight() / forget.length : rest / retain.length);
        crossEntropy[i] = (float) (forgotten ? 0 : settings.labelWeight() * rest / retain.length);
        System.arraycopy(teacher, 2 * rows[i], logits, 2 * i, 2);
      }
      return new TrainingBatch(rows, labels(rows), logits, kl, crossEntropy);
    }

    private double confidence(float[] logits) {
      return Metrics.meanConfidence(Answers.probabilities(logits), forgetLabels);
    }

    private long[] labels(int[] rows) {
      return IntStream.of(rows).mapToLong(row -> examples.get(row).liked() ? 1 : 0).toArray();
    }

    private List<EncodedPrompt> prompts(Activations activations) {
      return IntStream.range(0, activations.size()).mapToObj(activations::prompt).toList();
    }

    private AdapterManifest manifest() {
      return new AdapterManifest(
          job.recommender().digest(),
          job.recommender().settings().precision(),
          name,
          Digests.of(job.forget()),
          job.parent() == null ? null : job.parent().id(),
          job.seed(),
          settings);
    }

    private void endPhase(String phase) {
      long now = System.nanoTime();
      seconds.put(phase, (now - phaseBegin) / 1e9);
      phaseBegin = now;
    }
  }

  /** Batches without end, one pass after the other, as places among all rows. */
  private static final class Cycle {
    private final BatchSchedule schedule;
    private final int offset;
    private List<int[]> pass = List.of();
    private int next;

    private Cycle(BatchSchedule schedule, int offset) {
      this.schedule = schedule;
      this.offset = offset;
    }

    private int[] next() {
      if (next == pass.size()) {
        pass = schedule.nextEpoch();
        next = 0;
      }
      return IntStream.of(pass.get(next++)).map(row -> row + offset).toArray();
    }
  }
}
