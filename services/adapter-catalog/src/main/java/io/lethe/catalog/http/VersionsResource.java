package io.lethe.catalog.http;

import io.lethe.catalog.CatalogService;
import io.lethe.catalog.domain.ReleasedVersion;
import io.lethe.catalog.domain.VersionLifecycle;
import io.lethe.catalog.domain.Watermark;
import io.lethe.catalog.release.Refusal;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.GateResult;
import io.lethe.schemas.event.RuleOverride;
import io.lethe.schemas.event.VersionMove;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What was released, and what was not. */
@Path("/v1")
@RolesAllowed({Roles.AUDITOR, Roles.OPERATOR, Roles.APPROVER})
@Produces(MediaType.APPLICATION_JSON)
public class VersionsResource {
  private static final int LIMIT_MAX = 1000;

  /** A set of requests, told by size and digest. */
  public record WatermarkView(int size, String digest) {}

  /** A gate's verdict. */
  public record GateView(
      String gate, double value, Double lower, Double upper, String reference, boolean passed) {
    static GateView of(GateResult result) {
      return new GateView(
          result.getGate(),
          result.getValue(),
          result.getLower(),
          result.getUpper(),
          result.getReference(),
          result.getPassed());
    }
  }

  /**
   * A version in the lineage.
   *
   * @param exact whether every request of its watermark is forgotten by a model that never saw
   *     their rows
   * @param move what was done to it last by hand; null where a candidate alone led to it
   */
  public record VersionView(
      long version,
      String status,
      String adapterId,
      String parentAdapterId,
      String uri,
      String recommenderDigest,
      String forgetSetId,
      List<String> newRequestIds,
      WatermarkView watermark,
      List<GateView> gates,
      String method,
      boolean exact,
      Instant releasedAt,
      MoveView move) {
    static VersionView of(ReleasedVersion known) {
      AdapterVersion version = known.version();
      return new VersionView(
          version.getVersion(),
          known.state().name().toLowerCase(Locale.ROOT),
          version.getAdapterId(),
          version.getParentAdapterId(),
          version.getUri(),
          version.getRecommenderDigest(),
          version.getForgetSetId(),
          version.getNewRequestIds(),
          new WatermarkView(known.watermarkSize(), version.getWatermarkDigest()),
          version.getGates().stream().map(GateView::of).toList(),
          version.getMethod(),
          version.getExact(),
          version.getReleasedAt(),
          MoveView.of(version.getMove()));
    }
  }

  /** What was done to a version by hand, by whom and why. */
  public record MoveView(String kind, String actorRef, String why, Instant movedAt) {
    static MoveView of(VersionMove move) {
      return move == null
          ? null
          : new MoveView(
              move.getKind().name().toLowerCase(Locale.ROOT),
              move.getActorRef(),
              move.getWhy(),
              move.getMovedAt());
    }
  }

  /**
   * The traffic of a version on trial.
   *
   * @param version null while it is only a plan for the next one
   */
  public record CanaryView(Long version, List<String> replicas, int percent) {}

  /** Who keeps the current version current. */
  public record PinView(String actorRef, String why, Instant pinnedAt) {}

  /** The rule that two persons set aside, or that one proposed to. */
  public record OverrideView(
      String rule, String proposedBy, String why, String approvedBy, Instant expiresAt) {}

  /** The lineage, newest version first. */
  public record VersionsView(
      Long currentVersion,
      CanaryView canary,
      PinView pin,
      OverrideView override,
      WatermarkView minimumWatermark,
      int total,
      List<VersionView> versions) {}

  /** A candidate that did not become a version. */
  public record RefusalView(
      String forgetSetId,
      int requests,
      String adapterId,
      String reason,
      String explanation,
      String detail,
      String remedy,
      Instant refusedAt) {
    static RefusalView of(Refusal refusal) {
      return new RefusalView(
          refusal.forgetSetId(),
          refusal.requests(),
          refusal.adapterId(),
          refusal.reason().name().toLowerCase(Locale.ROOT),
          refusal.reason().explanation(),
          refusal.detail(),
          refusal.reason().remedy(),
          refusal.refusedAt());
    }
  }

  /** Refusals since the catalog started, newest first. */
  public record RefusalsView(int total, List<RefusalView> refusals) {}

  /** An error as RFC 9457 words it. */
  public record Problem(String title, int status, String detail, String field) {}

  private final CatalogService catalog;

  private final Clock clock;

  VersionsResource(CatalogService catalog, Clock clock) {
    this.catalog = catalog;
    this.clock = clock;
  }

  /** Versions with their lineage, newest first. */
  @GET
  @Path("/versions")
  public Response versions(@QueryParam("limit") @DefaultValue("100") int limit) {
    if (isOutOfRange(limit)) {
      return limitProblem();
    }
    List<ReleasedVersion> versions = catalog.view().versions();
    Watermark minimum = catalog.view().minimumWatermark();
    AdapterVersion current = inState(versions, VersionLifecycle.State.RELEASED);
    AdapterVersion onTrial = inState(versions, VersionLifecycle.State.CANARY);
    List<VersionView> newestFirst =
        versions.stream()
            .sorted(
                Comparator.comparingLong((ReleasedVersion known) -> known.version().getVersion())
                    .reversed())
            .limit(limit)
            .map(VersionView::of)
            .toList();
    return Response.ok(
            new VersionsView(
                current == null ? null : current.getVersion(),
                canary(current, onTrial),
                pin(current),
                override(current),
                new WatermarkView(minimum.size(), minimum.digest()),
                versions.size(),
                newestFirst))
        .build();
  }

  /** Candidates refused since this process started, newest first. */
  @GET
  @Path("/refusals")
  public Response refusals(@QueryParam("limit") @DefaultValue("100") int limit) {
    if (isOutOfRange(limit)) {
      return limitProblem();
    }
    List<Refusal> refusals = catalog.view().refusals();
    return Response.ok(
            new RefusalsView(
                refusals.size(), refusals.stream().limit(limit).map(RefusalView::of).toList()))
        .build();
  }

  private static AdapterVersion inState(
      List<ReleasedVersion> versions, VersionLifecycle.State state) {
    return versions.stream()
        .filter(known -> known.state() == state)
        .map(ReleasedVersion::version)
        .max(Comparator.comparingLong(AdapterVersion::getVersion))
        .orElse(null);
  }

  private static CanaryView canary(AdapterVersion current, AdapterVersion onTrial) {
    AdapterVersion told = onTrial == null ? current : onTrial;
    return told == null || told.getCanary() == null
        ? null
        : new CanaryView(
            onTrial == null ? null : onTrial.getVersion(),
            told.getCanary().getReplicas(),
            told.getCanary().getPercent());
  }

  private static PinView pin(AdapterVersion current) {
    return current == null || current.getPin() == null
        ? null
        : new PinView(
            current.getPin().getActorRef(),
            current.getPin().getWhy(),
            current.getPin().getPinnedAt());
  }

  private OverrideView override(AdapterVersion current) {
    RuleOverride override = current == null ? null : current.getRuleOverride();
    return override == null || !clock.instant().isBefore(override.getExpiresAt())
        ? null
        : new OverrideView(
            override.getRule().name().toLowerCase(Locale.ROOT).replace('_', '-'),
            override.getProposedBy(),
            override.getWhy(),
            override.getApprovedBy(),
            override.getExpiresAt());
  }

  private static boolean isOutOfRange(int limit) {
    return limit < 1 || limit > LIMIT_MAX;
  }

  private static Response limitProblem() {
    return Response.status(Response.Status.BAD_REQUEST)
        .type("application/problem+json")
        .entity(
            new Problem("limit is out of range", 400, "give limit from 1 to " + LIMIT_MAX, "limit"))
        .build();
  }
}
