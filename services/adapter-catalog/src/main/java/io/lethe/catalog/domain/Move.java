package io.lethe.catalog.domain;

import io.lethe.schemas.event.CanaryShare;
import io.lethe.schemas.event.OverriddenRule;

/** What a person with the role release-approver asks the catalog to do with a version. */
public sealed interface Move {
  /** Who asks, and why. */
  Order order();

  /**
   * Who asks for a move, and why.
   *
   * @param actorRef keyed pseudonym; empty where the catalog does it because its time had come
   */
  record Order(String actorRef, String why) {}

  /**
   * Takes a version back for good.
   *
   * @param leaveNothing whether servers are to stop answering where nothing may take its place
   */
  record Withdraw(long version, boolean leaveNothing, Order order) implements Move {}

  /**
   * Serves an earlier version's adapter again, under a new number.
   *
   * @param pin whether it is pinned at once
   */
  record Rollback(long version, boolean pin, Order order) implements Move {}

  /** The next version, or the one on trial, answers this part of the traffic. */
  record StartCanary(CanaryShare share, Order order) implements Move {}

  /** The version on trial becomes that of every server. */
  record Promote(long version, Order order) implements Move {}

  /** The version on trial goes, and the plan for the next one. */
  record EndCanary(Order order) implements Move {}

  /** Keeps the current version against candidates that forget nobody more. */
  record Pin(long version, Order order) implements Move {}

  /** Takes the pin away again. */
  record Unpin(long version, Order order) implements Move {}

  /** The first of two persons wants a rule set aside. */
  record ProposeOverride(OverriddenRule rule, Order order) implements Move {}

  /** The second of two persons agrees. */
  record ApproveOverride(OverriddenRule rule, Order order) implements Move {}

  /** The rule holds again at once. */
  record RevokeOverride(Order order) implements Move {}
}
