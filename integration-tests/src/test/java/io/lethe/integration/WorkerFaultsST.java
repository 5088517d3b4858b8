package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;

/** Faults of unlearning, with two workers that share the work. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerFaultsST {
  private static final int PAUSES = Boolean.getBoolean("lethe.faults.full") ? 5 : 1;
  private static final List<String> WORKERS = List.of(FaultStack.WORKER, FaultStack.WORKER + "-2");
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final int STORE_DISK_MEBIBYTES = 64;

  private final ErasureLoad load = new ErasureLoad(5, PAUSES + 1);
  private int requests;
  private FaultStack stack;
  private Effects effects;
  private SmallDisk storeDisk;

  @BeforeAll
  void start() {
    FaultStack.Plan plan =
        FaultStack.plan(
            "worker-faults",
            FaultStack.INTAKE,
            FaultStack.ACCUMULATOR,
            FaultStack.WORKER,
            FaultStack.CATALOG);
    storeDisk = SmallDisk.mountWhereAllowed(plan.artefacts(), STORE_DISK_MEBIBYTES);
    stack =
        plan.data(24, 432, 120)
            .instances(FaultStack.WORKER, 2)
            .set(FaultStack.ACCUMULATOR, "lethe.close.age", "1S")
            .set(FaultStack.WORKER, "lethe.methods", "e2urec")
            .set(FaultStack.WORKER, "lethe.unlearning.steps-max", 300)
            .set(FaultStack.WORKER, "lethe.unlearning.learning-rate", "2e-5")
            .set(FaultStack.WORKER, "lethe.unlearning.evaluate-every", 100)
            .set(FaultStack.WORKER, "lethe.unlearning.residual-max", 100)
            .set(FaultStack.WORKER, "lethe.unlearning.utility-drop-max", 1)
            .set(FaultStack.WORKER, "lethe.store-attempts-max", 1000)
            .set(FaultStack.WORKER, "lethe.retry-pause", "PT1S")
            .set(FaultStack.WORKER, "lethe.exact-enabled", false)
            .start();
    effects = new Effects(stack.kafka().directAddress(), stack.registryUrl());
  }

  @AfterAll
  void stop() {
    if (effects != null) {
      effects.close();
    }
    if (stack != null) {
      stack.close();
    }
    if (storeDisk != null) {
      storeDisk.close();
    }
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F5,
      level = FaultLevel.PROCESS,
      does =
          "Stops a worker (SIGSTOP) in the middle of unlearning until another one has taken its set"
              + " over and published, then lets it go on (SIGCONT).",
      load = "5 forget sets, one after another; in each build 1.",
      oracle =
          "What the worker that stood still would commit is refused; each set has one accepted"
              + " candidate and one version.",
      limit = "refused every time")
  @FaultCase(
      fault = CatalogueFault.F4,
      level = FaultLevel.PROCESS,
      does =
          "In the same run: two workers work on the same set from its beginning, the one that stood"
              + " still, too, to its end.",
      load = "as F5",
      oracle =
          "Both made the same bytes: the store has one adapter a set, since an adapter's name is the"
              + " digest of its content.",
      limit = "exact")
  void shouldRefuseWhatAWorkerPublishesThatStoodStillForLongerThanItsLease(TestReporter reporter) {
    for (int pause = 0; pause < PAUSES; pause++) {
      int trainedBefore = effects.trainedCount();
      erase();
      String zombie =
          await("a worker in the middle of unlearning")
              .atMost(TIMEOUT)
              .pollInterval(Duration.ofMillis(20))
              .until(this::unlearning, Optional::isPresent)
              .orElseThrow();
      int refusedBefore = refusals(zombie);
      long pid = stack.state().pid(zombie);
      OwnedProcess.pause(pid);
      try {
        long began = System.nanoTime();
        await("the other worker's candidate")
            .atMost(TIMEOUT)
            .until(() -> effects.trainedCount() > trainedBefore);
        reporter.publishEntry(
            "taken over and published after, s",
            String.format(Locale.ROOT, "%.1f", (System.nanoTime() - began) / 1e9));
      } finally {
        OwnedProcess.resume(pid);
      }
      await("the refusal of what stood still; see " + stack.logOf(zombie))
          .atMost(TIMEOUT)
          .until(() -> refusals(zombie) > refusedBefore);
    }
    assertOneCandidateAndVersionASet();
    assertThat(adapters()).hasSize(requests);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F11,
      level = FaultLevel.PROCESS,
      does =
          "Fills the disk of the artefact store, a memory file system of 64 MiB, to its last byte"
              + " before an adapter is to be stored, and frees it again.",
      load = "1 forget set",
      oracle =
          "The log names the store and the remedy; no adapter that is not whole lies under its"
              + " name; once there is space the set has one accepted candidate and one version.",
      limit = "published within 3 minutes of the space")
  void shouldStoreTheAdapterOnceTheStoreHasSpaceAgain() throws IOException {
    Assumptions.assumeTrue(
        storeDisk.mounted(), "a small disk can be mounted by root alone, and this is not root");
    int trainedBefore = effects.trainedCount();
    List<Path> adaptersBefore = adapters();
    storeDisk.fill();
    try {
      erase();
      await("a word about the full disk; see the logs in " + stack.folder())
          .atMost(TIMEOUT)
          .until(
              () ->
                  WORKERS.stream()
                      .anyMatch(
                          worker ->
                              log(worker).contains("no space left on the device; free space")));
      assertThat(adapters()).isEqualTo(adaptersBefore);
      assertThat(effects.trainedCount()).isEqualTo(trainedBefore);
    } finally {
      storeDisk.free();
    }

    await("the candidate").atMost(TIMEOUT).until(() -> effects.trainedCount() > trainedBefore);
    assertOneCandidateAndVersionASet();
    try (Stream<Path> entries = Files.list(storeDisk.folder())) {
      assertThat(entries.sorted().toList())
          .as("nothing half-written is left")
          .isEqualTo(adapters());
    }
  }

  /** Asks for the erasure of an account of the data set that was not asked for before. */
  private void erase() {
    int number = requests++;
    load.submit(
        stack.service(FaultStack.INTAKE),
        number,
        String.format(Locale.ROOT, "account-%04d", number + 1));
  }

  private void assertOneCandidateAndVersionASet() {
    await("a version of each set")
        .atMost(TIMEOUT)
        .until(() -> effects.versions().size() >= effects.sets().size());
    String[] sets =
        effects.sets().stream().map(Effects.ClosedSet::forgetSetId).toArray(String[]::new);
    assertThat(sets).hasSize(requests);
    assertThat(effects.candidates()).extracting(Effects.Outcome::forgetSetId).containsExactly(sets);
    assertThat(effects.versions()).extracting(Effects.Outcome::forgetSetId).containsExactly(sets);
    assertThat(effects.refused()).isEmpty();
    assertThat(effects.deadLetters()).isEmpty();
  }

  private Optional<String> unlearning() {
    return WORKERS.stream().filter(worker -> isUnlearning(stack.service(worker))).findFirst();
  }

  private static boolean isUnlearning(Service worker) {
    return worker
        .tryGet("/v1/jobs")
        .filter(answer -> answer.status() == 200)
        .map(answer -> answer.json().path("current"))
        .filter(JsonNode::isObject)
        .filter(job -> job.required("step").asInt() > 1)
        .isPresent();
  }

  /** How often the worker said that a commit of its was refused. */
  private int refusals(String worker) {
    return (int)
        log(worker)
            .lines()
            .filter(
                line ->
                    line.contains("commit failed, the set comes again")
                        || line.contains("another worker of this lethe.replica-id took over"))
            .count();
  }

  private String log(String service) {
    try {
      return Files.readString(stack.logOf(service));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Adapters under their names; what is being written has another one. */
  private List<Path> adapters() {
    try (Stream<Path> entries = Files.list(storeDisk.folder())) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches("[0-9a-f]{64}"))
          .sorted()
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
