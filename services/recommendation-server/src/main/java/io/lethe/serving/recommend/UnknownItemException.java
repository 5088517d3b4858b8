package io.lethe.serving.recommend;

/** A candidate is not in the catalogue. */
public final class UnknownItemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int position;

  UnknownItemException(int position) {
    super("Candidate " + position + " is not in the catalogue.");
    this.position = position;
  }

  /** Position among the candidates, from 0. */
  public int position() {
    return position;
  }
}
