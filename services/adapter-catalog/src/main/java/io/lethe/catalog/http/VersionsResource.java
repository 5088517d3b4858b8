package io.lethe.catalog.http;

import io.lethe.catalog.CatalogService;
import io.lethe.catalog.domain.ReleasedVersion;
import io.lethe.catalog.domain.VersionLifecycle;
import io.lethe.catalog.domain.Watermark;
import io.lethe.catalog.release.Refusal;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.GateResult;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
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
      Instant releasedAt) {
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
          version.getReleasedAt());
    }
  }

  /** The lineage, newest version first. */
  public record VersionsView(
      Long currentVersion, WatermarkView minimumWatermark, int total, List<VersionView> versions) {}

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

  VersionsResource(CatalogService catalog) {
    this.catalog = catalog;
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
    Long current =
        versions.stream()
            .filter(known -> known.state() == VersionLifecycle.State.RELEASED)
            .map(known -> known.version().getVersion())
            .max(Comparator.naturalOrder())
            .orElse(null);
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
                current,
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
