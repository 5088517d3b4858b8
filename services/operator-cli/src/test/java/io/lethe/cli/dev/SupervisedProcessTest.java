package io.lethe.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.dev.ProcessLifecycle.State;
import io.lethe.cli.dev.ProcessLifecycle.Transition;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drives real child processes through every transition of the table. */
class SupervisedProcessTest {
  private static final Set<Transition> VISITED = ConcurrentHashMap.newKeySet();
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String LIVES = "exec sleep 600";
  private static final String DIES = "exit 3";

  @TempDir private Path folder;
  private final BlockingQueue<Transition> moves = new LinkedBlockingQueue<>();
  private SupervisedProcess process;

  @AfterEach
  void stop() {
    process.askToStop();
    process.awaitStopped(LONG);
    assertThat(process.pid()).isEqualTo(-1);
  }

  @AfterAll
  static void shouldHaveVisitedEveryTransition() {
    Set<Transition> unvisited = new HashSet<>(ProcessLifecycle.TABLE);
    unvisited.removeAll(VISITED);
    assertThat(unvisited).as("transitions that no test drives").isEmpty();
  }

  @Test
  void shouldBeReadyWhenItsProbeSaysSoAndStopWhenAsked() throws InterruptedException {
    supervise(LIVES, () -> true);
    process.start();
    process.awaitReady(LONG);
    assertThat(process.state()).isEqualTo(State.READY);
    process.askToStop();
    process.awaitStopped(LONG);
    awaitState(State.STOPPED);
  }

  @Test
  void shouldStartAProcessAgainThatWasKilled() throws InterruptedException {
    supervise(LIVES, () -> true);
    process.start();
    process.awaitReady(LONG);
    long firstPid = process.pid();
    ProcessHandle.of(firstPid).orElseThrow().destroyForcibly();
    awaitState(State.RESTARTING);
    awaitState(State.READY);
    assertThat(process.pid()).isNotIn(-1L, firstPid);
  }

  @Test
  void shouldGiveUpWhenTheBudgetIsSpentAndNameTheLog() throws InterruptedException {
    supervise(DIES, () -> false);
    process.start();
    assertThatThrownBy(() -> process.awaitReady(LONG))
        .hasMessage(
            "part died 6 times in 60 s and is not started again; see "
                + folder.resolve("part.log")
                + ".");
    awaitState(State.GIVEN_UP);
    assertThat(moves).isEmpty();
  }

  @Test
  void shouldStopWhileItIsStarting() throws InterruptedException {
    supervise(LIVES, () -> false);
    process.start();
    awaitState(State.STARTING);
    process.askToStop();
    process.awaitStopped(LONG);
    awaitState(State.STOPPED);
  }

  @Test
  void shouldStopBeforeItWasStarted() {
    supervise(LIVES, () -> false);
    process.askToStop();
    process.start();
    process.awaitStopped(LONG);
    assertThat(process.state()).isEqualTo(State.STOPPED);
  }

  @Test
  void shouldStopWhileItWaitsForItsRestart() throws InterruptedException {
    supervise(DIES, () -> false);
    process.start();
    awaitState(State.RESTARTING);
    process.askToStop();
    process.awaitStopped(LONG);
    assertThat(EnumSet.of(State.STOPPED)).contains(process.state());
  }

  @Test
  void shouldSayWhichServiceIsLateAndWhereItsLogIs() {
    supervise(LIVES, () -> false);
    process.start();
    assertThatThrownBy(() -> process.awaitReady(Duration.ofMillis(50)))
        .hasMessage(
            "part was not ready within 0 s; see "
                + folder.resolve("part.log")
                + ", or allow more with --ready-timeout.");
  }

  @Test
  void shouldSayThatAProgramCannotBeStarted() {
    process =
        new SupervisedProcess(
            spec(List.of(folder.resolve("absent").toString())),
            () -> false,
            Clock.systemUTC(),
            VISITED::add);
    process.start();
    assertThatThrownBy(() -> process.awaitReady(LONG))
        .hasMessageStartingWith("part cannot be started (")
        .hasMessageEndingWith("build it again with ./lethe or mvn package.");
  }

  private void supervise(String script, BooleanSupplier probe) {
    process =
        new SupervisedProcess(
            spec(List.of("sh", "-c", script)),
            probe,
            Clock.systemUTC(),
            move -> {
              VISITED.add(move);
              moves.add(move);
            });
  }

  private ServiceSpec spec(List<String> command) {
    return new ServiceSpec(
        "part",
        URI.create("http://127.0.0.1:1"),
        URI.create("http://127.0.0.1:1"),
        command,
        Map.of(),
        folder.resolve("part.log"));
  }

  private void awaitState(State wanted) throws InterruptedException {
    for (Transition move = next(); move.to() != wanted; move = next()) {
      assertThat(move).isNotNull();
    }
  }

  private Transition next() throws InterruptedException {
    Transition move = moves.poll(LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(move).as("a further transition").isNotNull();
    return move;
  }
}
