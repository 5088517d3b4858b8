package io.lethe.accumulator.status;

import io.lethe.accumulator.forgetset.ForgetSetStores;
import io.lethe.accumulator.record.OpenForgetSet;
import io.lethe.accumulator.topology.AccumulatorConfig;
import io.lethe.schemas.access.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The forget set that has not closed: counts and dates, never who is in it. */
@Path("/v1/forget-sets/open")
@RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
public class ForgetSetResource {
  /** A problem as RFC 9457 words it. */
  record Problem(String title, int status, String detail) {}

  private static final String PROBLEM = "application/problem+json";
  private static final int RETRY_AFTER_SECONDS = 2;
  private static final String SELF = "/v1/forget-sets/open";

  private final KafkaStreams streams;
  private final String modelId;
  private final URI self;

  public ForgetSetResource(
      KafkaStreams streams,
      AccumulatorConfig config,
      @ConfigProperty(name = "quarkus.kafka-streams.application-server")
          Optional<String> applicationServer) {
    this.streams = streams;
    this.modelId = config.modelId();
    this.self = applicationServer.map(server -> URI.create("http://" + server)).orElse(null);
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Forget sets that have not closed")
  @APIResponse(
      responseCode = "200",
      description = "The open forget set of the model, if one was ever opened")
  @APIResponse(responseCode = "307", description = "Another instance holds it")
  @APIResponse(responseCode = "503", description = "State is being restored; see Retry-After")
  public Response open() {
    if (streams.state() != KafkaStreams.State.RUNNING) {
      return notReady();
    }
    try {
      KeyQueryMetadata place =
          streams.queryMetadataForKey(ForgetSetStores.HEADS, modelId, Serdes.String().serializer());
      HostInfo host = place.activeHost();
      if (self != null && KeyQueryMetadata.NOT_AVAILABLE != place && !isSelf(host)) {
        return Response.temporaryRedirect(
                URI.create("http://" + host.host() + ':' + host.port() + SELF))
            .build();
      }
      OpenForgetSet head =
          streams
              .store(
                  StoreQueryParameters.fromNameAndType(
                      ForgetSetStores.HEADS,
                      QueryableStoreTypes.<String, OpenForgetSet>keyValueStore()))
              .get(modelId);
      return Response.ok(head == null ? List.of() : List.of(OpenForgetSetView.of(head))).build();
    } catch (InvalidStateStoreException moving) {
      return notReady();
    }
  }

  private boolean isSelf(HostInfo host) {
    return host.host().equals(self.getHost()) && host.port() == self.getPort();
  }

  private Response notReady() {
    Problem problem =
        new Problem(
            "Not ready",
            Response.Status.SERVICE_UNAVAILABLE.getStatusCode(),
            "Kafka Streams is "
                + streams.state()
                + "; ask again in "
                + RETRY_AFTER_SECONDS
                + " seconds.");
    return Response.status(Response.Status.SERVICE_UNAVAILABLE)
        .type(PROBLEM)
        .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
        .entity(problem)
        .build();
  }
}
