package io.lethe.engine.method;

import io.lethe.engine.UnlearningJob;
import java.util.Base64;
import java.util.BitSet;

/** Which of the rows that a recommender keeps an adapter left out, as a manifest writes it. */
public final class LeftOut {
  private LeftOut() {}

  /** Of a job's candidate, those of its parent included; null where it cannot be known. */
  public static String of(UnlearningJob job) {
    TunedGround ground = TunedGround.of(job);
    if (ground == null) {
      return null;
    }
    BitSet leftOut = ground.leftOut(job.parent());
    leftOut.or(ground.places(job.forget(), job.recommender(), leftOut));
    return encoded(leftOut);
  }

  static String encoded(BitSet rows) {
    return Base64.getEncoder().encodeToString(rows.toByteArray());
  }

  static BitSet decoded(String rows) {
    return BitSet.valueOf(Base64.getDecoder().decode(rows));
  }
}
