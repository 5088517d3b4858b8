package io.lethe.simulation;

import io.lethe.catalog.domain.Move;
import io.lethe.schemas.event.CanaryShare;
import io.lethe.schemas.event.OverriddenRule;
import io.lethe.simulation.process.CatalogProcess;
import java.util.List;

/** Three people who move versions about without thinking, and repeat themselves. */
final class MovesOperator {
  private static final List<String> PEOPLE = List.of("anna", "ben", "cora");
  private static final List<String> SERVERS = List.of("server-1", "server-2", "server-3");

  private final World world;
  private final VersionOracle oracle;
  private final List<CatalogProcess> catalogs;
  private Move last;

  MovesOperator(World world, VersionOracle oracle, List<CatalogProcess> catalogs) {
    this.world = world;
    this.oracle = oracle;
    this.catalogs = catalogs;
  }

  void turn() {
    if (!world.chance(0.1)) {
      return;
    }
    Move move = last != null && world.chance(0.1) ? last : any();
    last = move;
    // Whoever does not lead does nothing with it.
    catalogs.forEach(catalog -> catalog.ask(move));
  }

  private Move any() {
    Move.Order order = new Move.Order(world.pick(PEOPLE), "simulated");
    long version = Math.max(0, oracle.highest() - world.random().nextInt(5));
    return switch (world.random().nextInt(13)) {
      case 0 -> new Move.Withdraw(version, world.chance(0.3), order);
      case 1, 2, 3 -> new Move.Rollback(version, world.chance(0.3), order);
      case 4, 5 -> new Move.StartCanary(share(), order);
      case 6 -> new Move.Promote(oracle.highest(), order);
      case 7 -> new Move.EndCanary(order);
      case 8 -> new Move.Pin(oracle.newest().getVersion(), order);
      case 9 -> new Move.Unpin(oracle.newest().getVersion(), order);
      case 10 -> new Move.ProposeOverride(rule(), order);
      case 11 -> new Move.ApproveOverride(rule(), order);
      default -> new Move.RevokeOverride(order);
    };
  }

  private OverriddenRule rule() {
    return world.chance(0.5) ? OverriddenRule.PIN : OverriddenRule.UTILITY_FLOOR;
  }

  private CanaryShare share() {
    return world.chance(0.5)
        ? new CanaryShare(List.of(world.pick(SERVERS)), 0)
        : new CanaryShare(List.of(), 1 + world.random().nextInt(99));
  }
}
