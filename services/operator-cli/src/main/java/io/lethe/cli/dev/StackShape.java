package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which services a stack runs, and how many of each.
 *
 * @param modules those that run; empty for all
 * @param instances of a module, where more than one
 * @param heapMebibytes most Java heap of a module's instances, where another than the usual
 * @param optimised true gives services the optimising compiler, as in production; their start then
 *     takes longer
 */
public record StackShape(
    Set<String> modules,
    Map<String, Integer> instances,
    Map<String, Integer> heapMebibytes,
    boolean optimised) {
  private static final Set<String> MODULES =
      Set.of(
          "deletion-intake",
          "forget-set-accumulator",
          "unlearning-worker",
          "adapter-catalog",
          "erasure-ledger",
          "recommendation-server");

  /** Those whose instances share the work between them. */
  private static final Set<String> SCALABLE =
      Set.of("deletion-intake", "forget-set-accumulator", "unlearning-worker");

  /** Every service once, started as quickly as can be. */
  public static final StackShape WHOLE = new StackShape(Set.of(), Map.of(), Map.of(), false);

  public StackShape {
    modules.forEach(
        module ->
            require(
                MODULES.contains(module),
                "no service " + module,
                "one of " + new TreeSet<>(MODULES)));
    instances.forEach(
        (module, count) -> {
          require(
              SCALABLE.contains(module),
              "no more than one " + module,
              "one of " + new TreeSet<>(SCALABLE));
          require(count >= 1, "no stack with " + count + " " + module, "1 or more");
        });
    heapMebibytes.forEach(
        (module, mebibytes) -> {
          require(
              MODULES.contains(module), "no service " + module, "one of " + new TreeSet<>(MODULES));
          require(mebibytes >= 1, "no heap of " + mebibytes + " MiB", "1 or more");
        });
    modules = Set.copyOf(modules);
    instances = Map.copyOf(instances);
    heapMebibytes = Map.copyOf(heapMebibytes);
  }

  private static void require(boolean holds, String what, String remedy) {
    if (!holds) {
      throw new CliException("there is " + what, "give " + remedy, ExitCode.USAGE, null);
    }
  }

  boolean runs(String module) {
    return modules.isEmpty() || modules.contains(module);
  }

  int instancesOf(String module) {
    return instances.getOrDefault(module, 1);
  }
}
