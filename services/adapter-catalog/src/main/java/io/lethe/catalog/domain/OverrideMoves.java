package io.lethe.catalog.domain;

import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.MoveKind;
import io.lethe.schemas.event.OverriddenRule;
import io.lethe.schemas.event.RuleOverride;
import java.time.Instant;
import java.util.List;

/**
 * Two different persons set a rule aside for a time: one proposes, the other approves before the
 * proposal is too old. Both are told with the current version, so that a restart forgets nothing.
 */
final class OverrideMoves {
  private final OverrideLimits limits;

  OverrideMoves(OverrideLimits limits) {
    this.limits = limits;
  }

  MoveDecision decide(AdapterVersion current, Move move, Instant now) {
    RuleOverride open =
        Overrides.isOpen(current.getRuleOverride(), now) ? current.getRuleOverride() : null;
    if (move instanceof Move.ProposeOverride propose) {
      return propose(current, open, propose, now);
    } else if (move instanceof Move.ApproveOverride approve) {
      return approve(current, open, approve, now);
    } else if (move instanceof Move.RevokeOverride revoke) {
      return open == null
          ? new MoveDecision.Unchanged()
          : restated(current, null, MoveKind.REVOKE_OVERRIDE, revoke.order(), now);
    }
    throw new IllegalStateException("[BUG] No rule decides on " + move.getClass().getSimpleName());
  }

  private MoveDecision propose(
      AdapterVersion current, RuleOverride open, Move.ProposeOverride move, Instant now) {
    if (open != null) {
      return isBy(open, move.rule(), move.order()) && open.getApprovedBy() == null
          ? new MoveDecision.Unchanged()
          : new MoveDecision.Refuse(
              MoveRefusal.OVERRIDE_RUNNING, open.getRule() + " until " + open.getExpiresAt());
    }
    RuleOverride proposed =
        RuleOverride.newBuilder()
            .setRule(move.rule())
            .setProposedBy(move.order().actorRef())
            .setWhy(move.order().why())
            .setProposedAt(now)
            .setExpiresAt(now.plus(limits.approval()))
            .build();
    return restated(current, proposed, MoveKind.PROPOSE_OVERRIDE, move.order(), now);
  }

  private MoveDecision approve(
      AdapterVersion current, RuleOverride open, Move.ApproveOverride move, Instant now) {
    if (open == null || open.getRule() != move.rule()) {
      return new MoveDecision.Refuse(MoveRefusal.NO_PROPOSAL, String.valueOf(move.rule()));
    }
    if (open.getApprovedBy() != null) {
      return open.getApprovedBy().equals(move.order().actorRef())
          ? new MoveDecision.Unchanged()
          : new MoveDecision.Refuse(
              MoveRefusal.OVERRIDE_RUNNING, open.getRule() + " until " + open.getExpiresAt());
    }
    if (open.getProposedBy().equals(move.order().actorRef())) {
      return new MoveDecision.Refuse(MoveRefusal.SAME_PERSON, String.valueOf(open.getRule()));
    }
    RuleOverride approved =
        RuleOverride.newBuilder(open)
            .setApprovedBy(move.order().actorRef())
            .setApprovedAt(now)
            .setExpiresAt(now.plus(limits.force()))
            .build();
    return restated(current, approved, MoveKind.APPROVE_OVERRIDE, move.order(), now);
  }

  private static boolean isBy(RuleOverride open, OverriddenRule rule, Move.Order order) {
    return open.getRule() == rule && open.getProposedBy().equals(order.actorRef());
  }

  private static MoveDecision restated(
      AdapterVersion current, RuleOverride override, MoveKind kind, Move.Order order, Instant now) {
    return new MoveDecision.Publish(
        List.of(
            AdapterVersion.newBuilder(current)
                .setRuleOverride(override)
                .setMove(VersionMoves.said(kind, current.getVersion(), order, now))
                .build()));
  }
}
