package io.lethe.ledger.http;

import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.tlog.Tiles;
import io.quarkus.security.Authenticated;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The log as C2SP's tlog-tiles has it: {@code /v1/log} is its prefix. Read-only. */
@Path("/v1/log")
public class LogResource {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String NEVER_CHANGES = "max-age=31536000, immutable, private";
  private static final String CHANGES = "no-cache";
  private static final int LEVEL_MAX = 63;

  private final TransitionLog log;

  LogResource(TransitionLog log) {
    this.log = log;
  }

  /**
   * That a log continues an earlier one.
   *
   * @param hashes Base64, as RFC 6962, section 2.1.2, orders them
   * @param checkpoint the newest signed checkpoint
   */
  public record Consistency(long from, long to, List<byte[]> hashes, String checkpoint) {}

  @GET
  @Path("/checkpoint")
  @Authenticated
  @Produces(TEXT)
  @Operation(summary = "Gives the signed checkpoint (C2SP tlog-checkpoint).")
  public Response checkpoint() {
    return Response.ok(log.checkpoint()).header(HttpHeaders.CACHE_CONTROL, CHANGES).build();
  }

  @GET
  @Path("/tile/entries/{tile:.+}")
  @RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  @Operation(summary = "Gives a bundle of entries (C2SP tlog-tiles).")
  public Response entries(@PathParam("tile") String tile) {
    return Tiles.parse(tile).flatMap(log::bundle).map(LogResource::bytes).orElseThrow(this::absent);
  }

  @GET
  @Path("/tile/{level:[^/]+}/{tile:.+}")
  @Authenticated
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  @Operation(summary = "Gives a tile of hashes (C2SP tlog-tiles); hashes tell nothing of a person.")
  public Response hashes(@PathParam("level") String level, @PathParam("tile") String tile) {
    if (!level.matches("0|[1-9]\\d?") || Integer.parseInt(level) > LEVEL_MAX) {
      throw absent();
    }
    return Tiles.parse(tile)
        .flatMap(position -> log.tile(Integer.parseInt(level), position))
        .map(LogResource::bytes)
        .orElseThrow(this::absent);
  }

  @GET
  @Path("/consistency")
  @Authenticated
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Proves that the log's first entries are what they were (RFC 6962, 2.1.2).")
  public Consistency consistency(@QueryParam("from") String from) {
    String checkpoint = log.checkpoint();
    long size = log.sizeClaimedBy(checkpoint);
    long first = from != null && from.matches("[1-9]\\d{0,17}") ? Long.parseLong(from) : 0;
    if (first < 1 || first > size) {
      throw RefusedException.invalid(
          "from",
          "from must be a whole number from 1 to the log's size, which is "
              + size
              + "; a longer log that you know of was cut off here.");
    }
    return new Consistency(first, size, log.consistencyProof(first, size), checkpoint);
  }

  private static Response bytes(byte[] bytes) {
    return Response.ok(bytes).header(HttpHeaders.CACHE_CONTROL, NEVER_CHANGES).build();
  }

  private RefusedException absent() {
    return RefusedException.unknown(
        "unknown-tile",
        "Unknown tile",
        "The log has no such tile, or not of that width; take level and widths from the size in"
            + " /v1/log/checkpoint, as C2SP's tlog-tiles says.",
        "tile");
  }
}
