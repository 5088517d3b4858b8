package io.lethe.worker.domain;

import java.util.ArrayList;
import java.util.List;

/**
 * The losses of one attempt, in order. Bounded: once full, every second point goes and only every
 * second one that comes is taken from then on, so that what is left is spread evenly. Not
 * thread-safe.
 */
public final class Curve {
  /** What a record of unlearning.progressed may carry. */
  static final int POINTS_MAX = 200;

  /**
   * The loss at one step.
   *
   * @param step what the method did
   * @param stepsDone steps of it that were done
   */
  public record Point(String step, int stepsDone, double loss) {}

  private final List<Point> points = new ArrayList<>();
  private int stride = 1;
  private int sinceTaken;

  /** Takes the loss; one that is not finite tells nothing. */
  void add(String step, int stepsDone, double loss) {
    if (!Double.isFinite(loss)) {
      return;
    }
    if (points.size() == POINTS_MAX) {
      thin();
    }
    if (++sinceTaken < stride) {
      return;
    }
    sinceTaken = 0;
    points.add(new Point(step, stepsDone, loss));
  }

  List<Point> points() {
    return List.copyOf(points);
  }

  private void thin() {
    for (int kept = 0; kept < points.size(); kept++) {
      points.remove(kept);
    }
    stride *= 2;
  }
}
