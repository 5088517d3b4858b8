package io.lethe.cli.bench;

import io.lethe.engine.method.Methods;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Meets a request with the quickest method whose adapter the gates let pass, and with an exact
 * retrain where they let none pass.
 *
 * @param order methods that make an adapter, the quickest first
 */
record Policy(List<String> order) {
  /** Its name in the list of methods. */
  static final String NAME = "policy";

  private static final List<String> QUICKEST_FIRST = List.of("influence", "optimum", "e2urec");

  Policy {
    order = List.copyOf(order);
  }

  /** The order of the product, of the methods that the engine has. */
  static Policy standard() {
    return new Policy(QUICKEST_FIRST.stream().filter(Methods.names()::contains).toList());
  }

  /**
   * What became of a request.
   *
   * @param kept what is released
   * @param tried methods in the order tried, the one kept at the end
   * @param millis of all that was tried
   * @param gateMillis of the gates of all that was tried, not part of {@code millis}
   */
  record Choice(RequestRun kept, List<String> tried, double millis, double gateMillis) {}

  /**
   * Meets a request.
   *
   * @param run runs a method by its name
   * @param exact retrains without the erased rows; asked only where every gate refused
   */
  Choice choose(Function<String, RequestRun> run, Supplier<RequestRun> exact) {
    List<String> tried = new ArrayList<>();
    double millis = 0;
    double gateMillis = 0;
    for (Supplier<RequestRun> next :
        Stream.concat(
                order.stream().map(method -> (Supplier<RequestRun>) () -> run.apply(method)),
                Stream.of(exact))
            .toList()) {
      RequestRun made = next.get();
      tried.add(made.method());
      millis += made.millis();
      gateMillis += made.gateMillis();
      if (made.gatePassed()) {
        return new Choice(made, List.copyOf(tried), millis, gateMillis);
      }
    }
    throw new IllegalStateException("an exact retrain has no gate to fail at");
  }
}
