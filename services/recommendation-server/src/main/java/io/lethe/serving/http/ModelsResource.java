package io.lethe.serving.http;

import io.lethe.serving.ServingConfig;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.http.ModelList.Model;
import io.lethe.serving.http.ModelList.RefusedVersion;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.AdapterSwapper;
import io.lethe.serving.model.ScoringEngine;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Tells what is served. */
@Path("/v1/models")
@Authenticated
public class ModelsResource {
  private static final String OWNER = "lethe";

  private final ScoringEngine engine;
  private final AdapterSlot slot;
  private final SlotLifecycle lifecycle;
  private final AdapterSwapper swapper;
  private final String modelId;

  public ModelsResource(
      ScoringEngine engine,
      AdapterSlot slot,
      SlotLifecycle lifecycle,
      AdapterSwapper swapper,
      ServingConfig config) {
    this.engine = engine;
    this.slot = slot;
    this.lifecycle = lifecycle;
    this.swapper = swapper;
    this.modelId = config.modelId();
  }

  /** The recommender and the adapter served on it. */
  @GET
  @NonBlocking
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "List the recommender and the adapter served on it")
  public ModelList models() {
    Optional<AdapterSlot.Serving> serving = slot.serving();
    List<Model> data = new ArrayList<>();
    data.add(
        model(
            modelId,
            engine.recommenderDigest(),
            null,
            serving.filter(now -> now.version().bare())));
    if (serving.isPresent() && !serving.get().version().bare()) {
      ReleasedVersion version = serving.get().version();
      data.add(model(modelId + ":" + version.version(), version.adapterId(), modelId, serving));
    }
    slot.canary().ifPresent(canary -> data.add(onTrial(canary.version())));
    for (AdapterSlot.Serving held : slot.held()) {
      data.add(held(held));
    }
    RefusedVersion refused =
        swapper
            .refusal()
            .map(
                refusal ->
                    new RefusedVersion(
                        refusal.version(),
                        refusal.adapterId(),
                        refusal.reason(),
                        refusal.attempts(),
                        refusal.nextAttemptAt()))
            .orElse(null);
    return new ModelList("list", data, lifecycle.state().name(), refused);
  }

  /** A version that answers a part of the requests. */
  private Model onTrial(ReleasedVersion version) {
    return listed(version, true, null);
  }

  /** An earlier version that answers only requests pinned to it. */
  private Model held(AdapterSlot.Serving held) {
    return listed(held.version(), false, held.switchedAt());
  }

  private Model listed(ReleasedVersion version, boolean served, Instant switchedAt) {
    return new Model(
        modelId + ":" + version.version(),
        "model",
        version.releasedAt().getEpochSecond(),
        OWNER,
        version.bare() ? version.recommenderDigest() : version.adapterId(),
        modelId,
        served,
        version.version(),
        version.watermark().digest(),
        version.watermark().size(),
        switchedAt);
  }

  private static Model model(
      String id, String root, String parent, Optional<AdapterSlot.Serving> serving) {
    ReleasedVersion version = serving.map(AdapterSlot.Serving::version).orElse(null);
    return new Model(
        id,
        "model",
        version == null ? 0 : version.releasedAt().getEpochSecond(),
        OWNER,
        root,
        parent,
        version != null,
        version == null ? null : version.version(),
        version == null ? null : version.watermark().digest(),
        version == null ? null : version.watermark().size(),
        serving.map(AdapterSlot.Serving::switchedAt).orElse(null));
  }
}
