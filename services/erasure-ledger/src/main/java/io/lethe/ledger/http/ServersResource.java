package io.lethe.ledger.http;

import io.lethe.ledger.domain.ServerTable;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.AdapterServing;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The recommendation servers as the ledger sees them. */
@Path("/v1/servers")
@RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
@Produces(MediaType.APPLICATION_JSON)
public class ServersResource {
  /**
   * A server.
   *
   * @param live whether requests wait for it
   * @param version version served; -1 before the first
   * @param canaryVersion version on trial that answers a part of its requests; null where there is
   *     none
   * @param suppressionOffsets partition of deletion.requested to the next offset it will apply
   */
  public record ServerStatus(
      String replicaId,
      boolean live,
      long version,
      Long canaryVersion,
      String adapterId,
      String watermarkDigest,
      Map<String, Long> suppressionOffsets,
      Instant switchedAt,
      Instant sentAt) {}

  private final ServerTable servers;
  private final Clock clock;

  ServersResource(ServerTable servers, Clock clock) {
    this.servers = servers;
    this.clock = clock;
  }

  @GET
  @Operation(summary = "Lists the recommendation servers, what they serve and whether they live.")
  public List<ServerStatus> list() {
    Instant now = clock.instant();
    return servers.all().stream().map(server -> status(server, now)).toList();
  }

  private ServerStatus status(ServerTable.Server server, Instant now) {
    AdapterServing serving = server.serving();
    return new ServerStatus(
        serving.getReplicaId(),
        servers.isLive(server, now),
        serving.getVersion(),
        serving.getCanaryVersion(),
        serving.getAdapterId(),
        serving.getWatermarkDigest(),
        new TreeMap<>(serving.getSuppressionOffsets()),
        serving.getSwitchedAt(),
        serving.getSentAt());
  }
}
