package io.lethe.simulation;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.ForgetSetClosed;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** Whoever follows the remedies that the services tell: redrives what was refused. */
final class Operator {
  private static final int REDRIVES_MAX = 12;

  private final World world;
  private final ArrayDeque<String> due = new ArrayDeque<>();
  private final Map<String, Integer> redriven = new HashMap<>();

  Operator(World world) {
    this.world = world;
  }

  /** A set was dead-lettered, or its candidate refused. */
  void attend(String forgetSetId) {
    if (!due.contains(forgetSetId)) {
      due.add(forgetSetId);
    }
  }

  void turn() {
    if (due.isEmpty() || !(world.isCalm() || world.chance(0.02))) {
      return;
    }
    String forgetSetId = due.poll();
    ForgetSetClosed set = world.oracle().set(forgetSetId);
    if (set != null && !world.oracle().isReleased(set.getRequiredWatermark())) {
      // Its dead letter says that an earlier set comes first.
      due.add(forgetSetId);
      return;
    }
    if (set == null || redriven.merge(forgetSetId, 1, Integer::sum) > REDRIVES_MAX) {
      return;
    }
    world.coverage().count("redrives");
    world.tell("operator", "redrives set " + set.getSequence());
    world.broker().append(Topics.FORGET_SET_CLOSED.name(), World.MODEL, set);
  }
}
