package io.lethe.simulation;

import io.lethe.schemas.Topics;
import io.lethe.simulation.process.CatalogProcess;
import io.lethe.simulation.process.ServerProcess;
import io.lethe.simulation.process.SimulatedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One random history of versions: candidates of every kind, people who move versions, two catalogs
 * that crash and overtake each other, three servers that crash and are cut off.
 */
final class MovesSimulation {
  private static final int STEPS = 500;

  private final World world;
  private final VersionOracle oracle;
  private final List<CatalogProcess> catalogs = new ArrayList<>();
  private final List<ServerProcess> servers = new ArrayList<>();
  private final List<SimulatedProcess> processes = new ArrayList<>();
  private final CandidateMaker maker;
  private final MovesOperator operator;
  private long steps;

  private MovesSimulation(long seed, Mutation mutation, Coverage coverage) {
    world = new World(seed, mutation, coverage);
    oracle = new VersionOracle(world);
    // Refused candidates are redriven by nobody here.
    world.oracle().employ(new Operator(world));
    for (int number = 1; number <= 2; number++) {
      catalogs.add(new CatalogProcess(world, "catalog-" + number));
    }
    for (int number = 1; number <= 3; number++) {
      servers.add(new ServerProcess(world, "server-" + number));
    }
    processes.addAll(catalogs);
    processes.addAll(servers);
    maker = new CandidateMaker(world, oracle);
    operator = new MovesOperator(world, oracle, catalogs);
  }

  /** Runs a seed. */
  static Simulation.Result run(long seed, Mutation mutation, Coverage coverage) {
    MovesSimulation simulation = new MovesSimulation(seed, mutation, coverage);
    Violation violation = null;
    try {
      simulation.run();
    } catch (Violation broken) {
      violation = broken;
    }
    World world = simulation.world;
    return new Simulation.Result(
        seed, simulation.steps, world.faults(), world.digest(), violation, world.trace());
  }

  private void run() {
    processes.forEach(SimulatedProcess::start);
    while (steps < STEPS) {
      steps++;
      world.advance(Duration.ofMillis(world.random().nextInt(500)));
      injectFaults();
      for (int turn = 0; turn < 3; turn++) {
        world.pick(processes).turn();
      }
      check();
      if (!oracle.versions().isEmpty()) {
        maker.turn();
        operator.turn();
      }
    }
    count();
    processes.forEach(SimulatedProcess::crash);
  }

  private void check() {
    oracle.look();
    servers.forEach(oracle::verify);
  }

  private void injectFaults() {
    SimulatedProcess victim = world.pick(processes);
    if (!victim.isUp()) {
      if (world.chance(0.3)) {
        victim.start();
      }
      return;
    }
    if (world.strikes(Fault.CRASH, 0.012)) {
      victim.crash();
    } else if (world.strikes(Fault.ORDERLY_STOP, 0.006)) {
      victim.stop();
    } else if (world.strikes(Fault.PAUSE_BEYOND_LEASE, 0.006)) {
      victim.pause(Duration.ofSeconds(8 + world.random().nextInt(30)));
    } else if (victim instanceof ServerProcess server
        && world.strikes(Fault.SERVER_CUT_OFF, 0.03)) {
      server.cutOff(Duration.ofSeconds(5 + world.random().nextInt(60)));
    }
    if (!victim.isUp() && victim instanceof ServerProcess server) {
      oracle.restarted(server);
    }
    if (world.strikes(Fault.REBALANCE, 0.006)) {
      world.broker().group("catalog", List.of()).rebalance();
    }
    // A trial is over long before compaction may touch what tells of it.
    if (!oracle.isCanaryRunning() && world.strikes(Fault.COMPACTION, 0.01)) {
      world.broker().compact(Topics.ADAPTER_VERSION.name());
    }
  }

  private void count() {
    for (int answer = 0; answer < Math.min(1, oracle.canaryAnswers()); answer++) {
      world.coverage().count("seeds with answers from a version on trial");
    }
    if (oracle.completedCount() > 0) {
      world.coverage().count("seeds with completed requests");
    }
  }
}
