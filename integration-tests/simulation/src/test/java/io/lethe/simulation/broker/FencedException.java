package io.lethe.simulation.broker;

/** A successor has taken over: the producer's epoch or the member's generation is over. */
public final class FencedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FencedException(String message) {
    super(message);
  }

  /**
   * The transaction failed and was taken back; nobody took over, yet the work is to be repeated.
   */
  public static FencedException aborted() {
    return new FencedException("the transaction was aborted");
  }
}
