package io.lethe.faults;

/** Every fault of the catalogue, in its order. */
public enum CatalogueFault {
  F1("A broker is killed, and stops in order", ""),
  F2("All brokers one after another; the controller is lost", ""),
  F3("The accumulator is killed in the middle", ""),
  F4("A worker is killed in each phase of its work", ""),
  F5("A worker stands still for longer than its lease, then goes on", ""),
  F6("Requests come twice, out of order, or are replayed", ""),
  F7("A duplicate is used to suppress the request that it copies", ""),
  F8("Poison records", ""),
  F9("The schema registry is down, in flight and at the start", ""),
  F10("A dead-letter topic cannot be written; an output cannot be serialized", ""),
  F11("A disk is full: state, artefact store, broker", ""),
  F12("A corrupted adapter", ""),
  F13("Adapters are swapped under load", "The memory of a GPU."),
  F14("Events of the catalog lost, late, out of order or twice; a server is cut off", ""),
  F15("A rollback to an older version is asked for", ""),
  F16("Clocks are wrong, jump, and meet the calendar's odd days", ""),
  F17("The network is slow, or parted", ""),
  F18(
      "The device is lost or out of memory in the middle of a step",
      "A GPU that is lost or out of memory."),
  F19("A gate refuses", ""),
  F20("The ledger is tampered with", ""),
  F21("Identity leaks", ""),
  F22(
      "A rolling upgrade and back, over records of old schemas",
      "Programs of the release before; the records are written under its schemas.");

  private final String title;
  private final String open;

  CatalogueFault(String title, String open) {
    this.title = title;
    this.open = open;
  }

  /** One line for people. */
  public String title() {
    return title;
  }

  /** What of it no test shows yet, in words; empty where nothing is known to be missing. */
  String open() {
    return open;
  }
}
