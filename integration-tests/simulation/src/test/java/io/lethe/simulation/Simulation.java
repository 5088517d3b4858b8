package io.lethe.simulation;

import io.lethe.schemas.Topics;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.simulation.process.AccumulatorProcess;
import io.lethe.simulation.process.CatalogProcess;
import io.lethe.simulation.process.IntakeProcess;
import io.lethe.simulation.process.LedgerProcess;
import io.lethe.simulation.process.ServerProcess;
import io.lethe.simulation.process.SimulatedProcess;
import io.lethe.simulation.process.WorkerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One seed: the whole path under faults, then in calm, with every promise checked at every step.
 */
public final class Simulation {
  /**
   * How one seed went.
   *
   * @param violation the broken promise; null where none was
   * @param digest of everything that happened: the same seed gives the same
   */
  public record Result(
      long seed, long steps, long faults, long digest, Violation violation, List<String> trace) {
    public boolean failed() {
      return violation != null;
    }
  }

  /** Steps with faults, unless it is told otherwise. */
  public static final int STEPS = 350;

  private static final int CALM_ROUNDS_MAX = 600;
  private static final List<String> GROUPS = List.of("intake", "accumulator", "workers", "catalog");
  private static final List<String> COMPACTED =
      Stream.of(
              Topics.INTERACTION_RECORDED,
              Topics.PROFILE_SUBJECT,
              Topics.RETAIN_SAMPLED,
              Topics.ADAPTER_SERVING,
              Topics.DELETION_PROGRESSED)
          .map(topic -> topic.name())
          .toList();

  private final World world;
  private final int chaos;
  private final List<SimulatedProcess> processes = new ArrayList<>();
  private final List<ServerProcess> servers = new ArrayList<>();
  private final Accounts accounts;
  private final Operator operator;
  private long steps;

  private Simulation(long seed, Mutation mutation, Coverage coverage, int chaos) {
    this.world = new World(seed, mutation, coverage);
    this.chaos = chaos;
    List<IntakeProcess> intakes =
        List.of(new IntakeProcess(world, "intake-1"), new IntakeProcess(world, "intake-2"));
    servers.add(new ServerProcess(world, "server-1"));
    servers.add(new ServerProcess(world, "server-2"));
    processes.addAll(intakes);
    processes.add(new AccumulatorProcess(world, "accumulator-1"));
    processes.add(new AccumulatorProcess(world, "accumulator-2"));
    processes.add(new WorkerProcess(world, "worker-1"));
    processes.add(new WorkerProcess(world, "worker-2"));
    processes.add(new CatalogProcess(world, "catalog-1"));
    processes.add(new CatalogProcess(world, "catalog-2"));
    processes.addAll(servers);
    processes.add(new LedgerProcess(world, "ledger"));
    this.accounts = new Accounts(world, intakes);
    this.operator = new Operator(world);
    world.oracle().employ(operator);
  }

  /** Runs a seed. */
  public static Result run(long seed, Mutation mutation, Coverage coverage) {
    return run(seed, mutation, coverage, STEPS);
  }

  /**
   * Runs a seed.
   *
   * @param chaos steps before the calm; fewer make a shorter story of the same seed
   */
  public static Result run(long seed, Mutation mutation, Coverage coverage, int chaos) {
    Simulation simulation = new Simulation(seed, mutation, coverage, chaos);
    Violation violation = null;
    try {
      simulation.run();
    } catch (Violation broken) {
      violation = broken;
    } catch (RuntimeException defect) {
      violation = new Violation("no service fails", defect.toString() + at(defect));
      violation.initCause(defect);
    }
    World world = simulation.world;
    return new Result(
        seed, simulation.steps, world.faults(), world.digest(), violation, world.trace());
  }

  private static String at(Throwable defect) {
    StackTraceElement[] stack = defect.getStackTrace();
    return stack.length == 0 ? "" : " at " + stack[0];
  }

  private void run() {
    accounts.begin();
    processes.forEach(SimulatedProcess::start);
    while (steps < chaos) {
      steps++;
      world.advance(Duration.ofMillis(world.random().nextInt(400)));
      injectFaults();
      for (int turn = 0; turn < 3; turn++) {
        world.pick(processes).turn();
      }
      accounts.turn();
      operator.turn();
      check();
    }
    calmDown();
    for (int round = 0; round < CALM_ROUNDS_MAX && !rests(round); round++) {
      steps++;
      world.advance(Duration.ofMillis(500));
      processes.forEach(SimulatedProcess::turn);
      accounts.turn();
      operator.turn();
      check();
    }
    world.oracle().atRest();
    processes.forEach(SimulatedProcess::crash);
  }

  /** A while after the last request has come to its end, tombstones are through as well. */
  private int settledRounds;

  private boolean rests(int round) {
    settledRounds = world.oracle().unfinished().isEmpty() ? settledRounds + 1 : 0;
    return settledRounds > 20;
  }

  private void injectFaults() {
    SimulatedProcess victim = world.pick(processes);
    if (!victim.isUp()) {
      if (world.chance(0.3)) {
        victim.start();
      }
      return;
    }
    if (world.strikes(Fault.CRASH, 0.008)) {
      victim.crash();
    } else if (world.strikes(Fault.ORDERLY_STOP, 0.004)) {
      victim.stop();
    } else if (world.strikes(Fault.PAUSE_BEYOND_LEASE, 0.006)) {
      victim.pause(Duration.ofSeconds(8 + world.random().nextInt(30)));
    } else if (world.strikes(Fault.CLOCK_SKEW, 0.002)) {
      victim.skew(Duration.ofSeconds(world.random().nextInt(172_800) - 86_400));
    } else if (world.strikes(Fault.CLOCK_JUMP, 0.002)) {
      victim.skew(Duration.ofSeconds(world.random().nextInt(7_200) - 3_600));
    } else if (victim instanceof ServerProcess server
        && world.strikes(Fault.SERVER_CUT_OFF, 0.03)) {
      server.cutOff(Duration.ofSeconds(5 + world.random().nextInt(90)));
    }
    if (world.strikes(Fault.REBALANCE, 0.006)) {
      world.broker().group(world.pick(GROUPS), List.of()).rebalance();
    }
    if (world.strikes(Fault.COMPACTION, 0.01)) {
      world.broker().compact(world.pick(COMPACTED));
    }
  }

  private void calmDown() {
    world.tell("simulation", "calm from here on");
    world.calmDown();
    for (SimulatedProcess process : processes) {
      process.resume();
      process.skew(Duration.ZERO);
      process.start();
    }
    servers.forEach(ServerProcess::reconnect);
  }

  private void check() {
    Oracle oracle = world.oracle();
    oracle.look();
    for (ServerProcess server : servers) {
      if (server.isAnswering()) {
        verifyServed(server);
      }
    }
  }

  private void verifyServed(ServerProcess server) {
    Oracle oracle = world.oracle();
    ReleasedVersion served = server.served().orElseThrow();
    for (String requestId : oracle.completed()) {
      oracle.holds(
          "no server serves a version without a completed request",
          served.watermark().requestIds().contains(requestId),
          () ->
              server.name()
                  + " answers with version "
                  + served.version()
                  + ", which lacks the completed request "
                  + World.brief(requestId));
    }
    if (!oracle.suppressed().isEmpty()) {
      String requestId = world.pick(oracle.suppressed());
      oracle.erasures().verifyPrompt(server, oracle.request(requestId));
    }
  }
}
