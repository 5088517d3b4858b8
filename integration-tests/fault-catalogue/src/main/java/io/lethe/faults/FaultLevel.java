package io.lethe.faults;

/** On what a fault is shown. */
public enum FaultLevel {
  /** One class or service, without a broker of its own process. */
  UNIT("a service or a part of it"),
  /** All services' decisions over a fake broker and clock. */
  SIMULATION("simulation"),
  /** Real processes on one machine. */
  PROCESS("processes"),
  /** Several hosts, each a container. */
  CONTAINER("containers");

  private final String words;

  FaultLevel(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
