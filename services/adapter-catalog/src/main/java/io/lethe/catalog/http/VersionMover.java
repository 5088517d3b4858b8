package io.lethe.catalog.http;

import io.lethe.catalog.domain.Move;
import io.lethe.catalog.domain.MoveDecision;
import java.util.concurrent.CompletableFuture;

/** Has moves done by whoever may write, and names who asks for them. */
public interface VersionMover {
  /**
   * Has a move done. It fails with NotLeadingException where nothing was done, and with anything
   * else where nobody knows; it may be repeated either way.
   */
  CompletableFuture<MoveDecision> move(Move move);

  /** The keyed pseudonym of the person that a token names. */
  String actorRef(String tokenSubject);
}
