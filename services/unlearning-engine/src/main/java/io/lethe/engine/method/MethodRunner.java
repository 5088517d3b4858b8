package io.lethe.engine.method;

import io.lethe.engine.Adapter;
import io.lethe.engine.Candidate;
import io.lethe.engine.Prompt;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningMethod;
import java.util.List;
import java.util.Map;

/** One way to run every method, whatever it changes. */
public final class MethodRunner {
  private static final String STUDENT = "student";

  private MethodRunner() {}

  /** Runs a method by its name. The outcome holds native memory: close it. */
  public static MethodOutcome run(String name, BenchInputs inputs) {
    return run(name, inputs, null);
  }

  /**
   * The same where requests follow one another.
   *
   * @param parent adapter that a method which makes one continues, or null for none
   */
  public static MethodOutcome run(String name, BenchInputs inputs, Adapter parent) {
    return switch (Methods.kind(name)) {
      case ADAPTER -> adapter(name, inputs, parent);
      case RETRAINING -> Retraining.run(name, inputs);
    };
  }

  private static MethodOutcome adapter(String name, BenchInputs inputs, Adapter parent) {
    MethodSettings settings = inputs.settings().get(name);
    UnlearningMethod method =
        settings == null ? Methods.named(name) : Methods.named(name, settings);
    UnlearningJob job = inputs.job(parent);
    long begin = System.nanoTime();
    Candidate candidate = method.run(job, inputs.listener());
    double seconds = (System.nanoTime() - begin) / 1e9;
    Map<String, Double> phases = candidate.record().secondsByPhase();
    double teachers =
        phases.entrySet().stream()
            .filter(phase -> !phase.getKey().equals(STUDENT))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    long parameters =
        candidate.tensors().tensors().entrySet().stream()
            .filter(tensor -> Teachers.trained(job).test(tensor.getKey()))
            .mapToLong(tensor -> tensor.getValue().values().length)
            .sum();
    Adapter adapter = Adapter.of(candidate, inputs.original());
    Unlearned unlearned =
        new Unlearned() {
          @Override
          public float[] score(List<Prompt> prompts) {
            return inputs.original().score(prompts, adapter);
          }

          @Override
          public void close() {
            adapter.close();
          }
        };
    return new MethodOutcome(
        unlearned, candidate, 0, teachers, seconds, parameters, candidate.record());
  }
}
