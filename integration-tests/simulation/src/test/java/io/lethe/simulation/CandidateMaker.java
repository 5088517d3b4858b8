package io.lethe.simulation;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.GateResult;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Stands for the workers where versions are moved about: makes candidates of every kind on any
 * parent that ever was, stale and withdrawn ones too. One request obliges to forget one sample.
 */
final class CandidateMaker {
  private final World world;
  private final VersionOracle oracle;
  private final List<String> requests = new ArrayList<>();
  private final List<AdapterTrained> made = new ArrayList<>();

  CandidateMaker(World world, VersionOracle oracle) {
    this.world = world;
    this.oracle = oracle;
  }

  void turn() {
    if (!world.chance(0.12) || oracle.versions().isEmpty()) {
      return;
    }
    AdapterVersion parent = world.chance(0.7) ? oracle.newest() : world.pick(oracle.versions());
    double kind = world.random().nextDouble();
    AdapterTrained candidate;
    if (kind < 0.2) {
      candidate = exact(parent);
    } else if (kind < 0.3 && !made.isEmpty()) {
      // Redriven: the same set once more, on whatever parent there is.
      candidate = trained(parent, world.pick(made));
    } else {
      candidate = trained(parent, null);
    }
    made.add(candidate);
    world.broker().append(Topics.ADAPTER_TRAINED.name(), World.MODEL, candidate);
  }

  private AdapterTrained trained(AdapterVersion parent, AdapterTrained again) {
    String setId = again == null ? "set-" + made.size() : again.getForgetSetId();
    boolean holdsNothing = again == null && world.chance(0.1);
    List<String> requestIds = again == null ? newRequests(!holdsNothing) : again.getRequestIds();
    String adapterId =
        holdsNothing
            ? parent.getAdapterId()
            : world
                .artefacts()
                .train(parent.getAdapterId(), setId + '/' + made.size(), Set.copyOf(requestIds));
    boolean useless = world.chance(0.1);
    return candidate(setId, requestIds, adapterId, parent)
        .setSteps(holdsNothing ? 0 : 20)
        .setGates(
            holdsNothing
                ? List.of()
                : List.of(gate("finite", true), gate("utility-floor", !useless)))
        .setAccepted(holdsNothing || !useless)
        .build();
  }

  private AdapterTrained exact(AdapterVersion parent) {
    return candidate(
            parent.getForgetSetId() == null ? "none" : parent.getForgetSetId(),
            List.of(),
            world.artefacts().replay(parent.getAdapterId()),
            parent)
        .setGates(List.of(gate("finite", true)))
        .setExact(true)
        .build();
  }

  private AdapterTrained.Builder candidate(
      String setId, List<String> requestIds, String adapterId, AdapterVersion parent) {
    return AdapterTrained.newBuilder()
        .setModelId(World.MODEL)
        .setForgetSetId(setId)
        .setForgetSetSequence(made.size())
        .setForgetSetDigest("none")
        .setRequestIds(requestIds)
        .setAdapterId(adapterId)
        .setParentAdapterId(parent.getAdapterId())
        .setRecommenderDigest(World.RECOMMENDER)
        .setUri("memory:" + adapterId)
        .setMethod("simulated")
        .setSteps(20)
        .setTrainSeconds(1)
        .setAccepted(true)
        .setTrainedAt(world.now().truncatedTo(ChronoUnit.MILLIS));
  }

  /** Requests whose data the recommender was tuned on, or that held nothing. */
  private List<String> newRequests(boolean tuned) {
    List<String> fresh = new ArrayList<>();
    for (int count = world.random().nextInt(3); count > 0; count--) {
      String requestId = "request-" + requests.size();
      requests.add(requestId);
      if (tuned) {
        world.artefacts().tunedOn(requestId);
      }
      fresh.add(requestId);
    }
    return fresh;
  }

  private static GateResult gate(String name, boolean passed) {
    return GateResult.newBuilder().setGate(name).setValue(0.5).setPassed(passed).build();
  }
}
