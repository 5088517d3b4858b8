package io.lethe.catalog.domain;

import io.lethe.catalog.domain.VersionLifecycle.State;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.MoveKind;
import io.lethe.schemas.event.OverriddenRule;
import io.lethe.schemas.event.VersionMove;
import io.lethe.schemas.event.VersionPin;
import io.lethe.schemas.event.VersionStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides on moves, given everything that the lineage holds. As with candidates nothing is changed:
 * the caller publishes the records together and then has the lineage apply them. A move that was
 * done before is answered as done, so that it may be repeated.
 */
public final class VersionMoves {
  private final Lineage lineage;
  private final OverrideMoves overrides;

  /**
   * @param limits how long an override may wait and stand
   */
  public VersionMoves(Lineage lineage, OverrideLimits limits) {
    this.lineage = lineage;
    this.overrides = new OverrideMoves(limits);
  }

  /** What becomes of the move. */
  public MoveDecision decide(Move move, Instant now) {
    if (move instanceof Move.Withdraw withdraw) {
      return withdraw(withdraw, now);
    } else if (move instanceof Move.Rollback rollback) {
      return rollback(rollback, now);
    } else if (move instanceof Move.StartCanary start) {
      return startCanary(start, now);
    } else if (move instanceof Move.Promote promote) {
      return promote(promote, now);
    } else if (move instanceof Move.EndCanary end) {
      return endCanary(end.order(), now);
    }
    // All others change what is said of the current version, and nothing else.
    return current()
        .map(
            current -> {
              if (move instanceof Move.Pin pin) {
                return pin(current, pin, now);
              } else if (move instanceof Move.Unpin unpin) {
                return unpin(current, unpin, now);
              }
              return overrides.decide(current, move, now);
            })
        .orElseGet(() -> refuse(MoveRefusal.NOTHING_RELEASED, highest()));
  }

  private MoveDecision withdraw(Move.Withdraw move, Instant now) {
    ReleasedVersion known = lineage.find(move.version()).orElse(null);
    if (known == null) {
      return unknown(move.version());
    }
    return switch (known.state()) {
      case WITHDRAWN -> new MoveDecision.Unchanged();
      case CANARY -> endCanary(move.order(), now);
      case RELEASED -> withdrawCurrent(known, move, now);
      default ->
          publish(
              withdrawn(known, said(MoveKind.WITHDRAW, move.version(), move.order(), now)),
              current().orElse(null));
    };
  }

  private MoveDecision withdrawCurrent(ReleasedVersion known, Move.Withdraw move, Instant now) {
    if (lineage.canary().isPresent()) {
      return canaryRunning();
    }
    VersionMove said = said(MoveKind.WITHDRAW, move.version(), move.order(), now);
    Optional<AdapterVersion> instead =
        newestFirst().stream()
            .filter(other -> other.state() == State.SUPERSEDED)
            .filter(
                other ->
                    !Objects.equals(other.version().getAdapterId(), known.version().getAdapterId()))
            .filter(other -> lineage.watermarkOf(other).filter(lineage::admits).isPresent())
            .findFirst()
            .map(other -> again(other, said, now).build());
    return instead.isEmpty() && !move.leaveNothing()
        ? refuse(
            MoveRefusal.NOTHING_TO_SERVE,
            lineage.minimumWatermark().size() + " requests must be covered")
        : publish(withdrawn(known, said), instead.orElse(null));
  }

  private MoveDecision rollback(Move.Rollback move, Instant now) {
    ReleasedVersion target = lineage.find(move.version()).orElse(null);
    if (target == null) {
      return unknown(move.version());
    }
    if (lineage.canary().isPresent()) {
      return canaryRunning();
    }
    AdapterVersion current = current().orElse(null);
    if (current != null && (current.getVersion() == move.version() || isAgain(current, move))) {
      return new MoveDecision.Unchanged();
    }
    if (target.state() == State.WITHDRAWN) {
      return refuse(MoveRefusal.VERSION_WITHDRAWN, "version " + move.version());
    }
    if (current != null && isHeldByAnother(current, move.order(), now)) {
      return refuse(MoveRefusal.PINNED_BY_ANOTHER, "version " + current.getVersion());
    }
    Watermark watermark = lineage.watermarkOf(target).orElse(null);
    if (watermark == null) {
      return refuse(MoveRefusal.WATERMARK_UNKNOWN, "version " + move.version());
    }
    if (!lineage.admits(watermark)) {
      return refuse(
          MoveRefusal.BELOW_MINIMUM_WATERMARK,
          watermark.missingFrom(lineage.minimumWatermark())
              + " of "
              + lineage.minimumWatermark().size()
              + " requests are missing");
    }
    VersionMove said = said(MoveKind.ROLLBACK, move.version(), move.order(), now);
    AdapterVersion.Builder next = again(target, said, now);
    if (move.pin()) {
      next.setPin(pin(move.order(), now));
    } else if (current != null) {
      next.setPin(current.getPin());
    }
    return publish(next.build());
  }

  private MoveDecision startCanary(Move.StartCanary move, Instant now) {
    AdapterVersion current = current().orElse(null);
    if (current == null) {
      return refuse(MoveRefusal.NOTHING_RELEASED, highest());
    }
    AdapterVersion onTrial = canary().orElse(null);
    AdapterVersion subject = onTrial == null ? current : onTrial;
    if (move.share().equals(subject.getCanary())) {
      return new MoveDecision.Unchanged();
    }
    AdapterVersion changed =
        AdapterVersion.newBuilder(subject)
            .setCanary(move.share())
            .setMove(said(MoveKind.START_CANARY, subject.getVersion(), move.order(), now))
            .build();
    return onTrial == null ? publish(changed) : publish(changed, current);
  }

  private MoveDecision promote(Move.Promote move, Instant now) {
    AdapterVersion onTrial = canary().orElse(null);
    if (onTrial == null || onTrial.getVersion() != move.version()) {
      boolean done =
          current()
              .filter(current -> current.getVersion() == move.version())
              .map(AdapterVersion::getMove)
              .filter(last -> last.getKind() == MoveKind.PROMOTE)
              .isPresent();
      return done
          ? new MoveDecision.Unchanged()
          : refuse(MoveRefusal.NO_CANARY, "version " + move.version());
    }
    Watermark watermark = Watermark.of(onTrial.getWatermark());
    if (!lineage.admits(watermark)) {
      return refuse(
          MoveRefusal.BELOW_MINIMUM_WATERMARK,
          watermark.missingFrom(lineage.minimumWatermark()) + " requests are missing");
    }
    // A pin may have been overridden when the trial began, and hold again by now.
    if (onTrial.getExact()
        && current().filter(one -> isHeldByAnother(one, move.order(), now)).isPresent()) {
      return refuse(MoveRefusal.PINNED_BY_ANOTHER, "the trial of version " + move.version());
    }
    AdapterVersion.Builder promoted =
        AdapterVersion.newBuilder(onTrial)
            .setStatus(VersionStatus.RELEASED)
            .setCanary(null)
            .setReleasedAt(now)
            .setMove(said(MoveKind.PROMOTE, move.version(), move.order(), now));
    current()
        .ifPresent(
            current -> {
              promoted.setRuleOverride(Overrides.carried(current, now));
              if (lineage.isOverridden(OverriddenRule.PIN, now)) {
                promoted.setPin(current.getPin());
              }
            });
    return publish(promoted.build());
  }

  private MoveDecision endCanary(Move.Order order, Instant now) {
    AdapterVersion current = current().orElse(null);
    Optional<ReleasedVersion> onTrial = lineage.canary();
    if (onTrial.isPresent()) {
      long number = onTrial.get().version().getVersion();
      return publish(
          withdrawn(onTrial.get(), said(MoveKind.END_CANARY, number, order, now)), current);
    }
    if (current == null || current.getCanary() == null) {
      return new MoveDecision.Unchanged();
    }
    return publish(
        AdapterVersion.newBuilder(current)
            .setCanary(null)
            .setMove(said(MoveKind.END_CANARY, current.getVersion(), order, now))
            .build());
  }

  private MoveDecision pin(AdapterVersion current, Move.Pin move, Instant now) {
    if (current.getVersion() != move.version()) {
      return refuse(MoveRefusal.NOT_CURRENT, "version " + current.getVersion() + " is current");
    }
    if (lineage.canary().isPresent()) {
      return canaryRunning();
    }
    if (current.getPin() != null) {
      return current.getPin().getActorRef().equals(move.order().actorRef())
          ? new MoveDecision.Unchanged()
          : refuse(MoveRefusal.PINNED_BY_ANOTHER, "version " + current.getVersion());
    }
    return publish(
        AdapterVersion.newBuilder(current)
            .setPin(pin(move.order(), now))
            .setMove(said(MoveKind.PIN, move.version(), move.order(), now))
            .build());
  }

  private MoveDecision unpin(AdapterVersion current, Move.Unpin move, Instant now) {
    if (current.getVersion() != move.version()) {
      return refuse(MoveRefusal.NOT_CURRENT, "version " + current.getVersion() + " is current");
    }
    if (current.getPin() == null) {
      return new MoveDecision.Unchanged();
    }
    if (!current.getPin().getActorRef().equals(move.order().actorRef())) {
      return refuse(MoveRefusal.PINNED_BY_ANOTHER, "version " + current.getVersion());
    }
    return publish(
        AdapterVersion.newBuilder(current)
            .setPin(null)
            .setMove(said(MoveKind.UNPIN, move.version(), move.order(), now))
            .build());
  }

  private boolean isHeldByAnother(AdapterVersion current, Move.Order order, Instant now) {
    return current.getPin() != null
        && !current.getPin().getActorRef().equals(order.actorRef())
        && !lineage.isOverridden(OverriddenRule.PIN, now);
  }

  /** An earlier version's adapter under the next number. */
  private AdapterVersion.Builder again(ReleasedVersion target, VersionMove said, Instant now) {
    return AdapterVersion.newBuilder(target.version())
        .setVersion(lineage.nextNumber())
        .setStatus(VersionStatus.RELEASED)
        .setNewRequestIds(List.of())
        .setWatermark(lineage.watermarkOf(target).orElseThrow().sorted())
        .setMinimumWatermark(List.of())
        .setReleasedAt(now)
        .setCanary(null)
        .setPin(null)
        .setRuleOverride(current().map(one -> Overrides.carried(one, now)).orElse(null))
        .setMove(said)
        .setSignature(null);
  }

  /** Says itself all that must be covered, for it may be the only record that is left. */
  private AdapterVersion withdrawn(ReleasedVersion known, VersionMove said) {
    return AdapterVersion.newBuilder(known.version())
        .setStatus(VersionStatus.WITHDRAWN)
        .setWatermark(List.of())
        .setMinimumWatermark(lineage.minimumWatermark().sorted())
        .setCanary(null)
        .setPin(null)
        .setRuleOverride(null)
        .setMove(said)
        .setSignature(null)
        .build();
  }

  private static boolean isAgain(AdapterVersion current, Move.Rollback move) {
    VersionMove last = current.getMove();
    return last != null
        && last.getKind() == MoveKind.ROLLBACK
        && last.getVersion() == move.version();
  }

  private static VersionPin pin(Move.Order order, Instant now) {
    return new VersionPin(order.actorRef(), order.why(), now);
  }

  static VersionMove said(MoveKind kind, long version, Move.Order order, Instant now) {
    return new VersionMove(kind, version, order.actorRef(), order.why(), now);
  }

  private MoveDecision publish(AdapterVersion first, AdapterVersion last) {
    List<AdapterVersion> records = new ArrayList<>(List.of(first));
    if (last != null) {
      // Compaction may leave this record alone.
      long highest = Math.max(lineage.nextNumber() - 1, last.getVersion());
      records.add(AdapterVersion.newBuilder(last).setHighestVersion(highest).build());
    }
    return new MoveDecision.Publish(records);
  }

  private static MoveDecision publish(AdapterVersion only) {
    return new MoveDecision.Publish(List.of(only));
  }

  private static MoveDecision refuse(MoveRefusal reason, String detail) {
    return new MoveDecision.Refuse(reason, detail);
  }

  private MoveDecision unknown(long version) {
    return refuse(MoveRefusal.VERSION_UNKNOWN, "version " + version + "; " + highest());
  }

  private MoveDecision canaryRunning() {
    return refuse(
        MoveRefusal.CANARY_RUNNING, "it is version " + canary().orElseThrow().getVersion());
  }

  private String highest() {
    return "the highest version is " + (lineage.nextNumber() - 1);
  }

  private Optional<AdapterVersion> current() {
    return lineage.current().map(ReleasedVersion::version);
  }

  private Optional<AdapterVersion> canary() {
    return lineage.canary().map(ReleasedVersion::version);
  }

  private List<ReleasedVersion> newestFirst() {
    List<ReleasedVersion> all = new ArrayList<>(lineage.versions());
    Collections.reverse(all);
    return all;
  }
}
