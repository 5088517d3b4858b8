package io.lethe.serving.http;

import io.lethe.schemas.access.Roles;
import io.lethe.serving.ServingConfig;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.AdapterSwapper;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/**
 * Loading by hand, as far as it is safe: only what the catalog released, and never past the checks.
 * Elsewhere such an endpoint loads whatever path it is given; here it makes the server try the
 * newest version now that it would else try when its wait is over.
 */
@Path("/v1/load_lora_adapter")
@RolesAllowed(Roles.OPERATOR)
public class LoadAdapterResource {
  private final AdapterSlot slot;
  private final AdapterSwapper swapper;
  private final ServingConfig config;

  public LoadAdapterResource(AdapterSlot slot, AdapterSwapper swapper, ServingConfig config) {
    this.slot = slot;
    this.swapper = swapper;
    this.config = config;
  }

  /** Tries to load the version that the catalog released last. */
  @POST
  @NonBlocking
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(
      summary = "Try to load a released version now",
      description = "Loads nothing that the catalog did not release, and skips no check.")
  @APIResponse(
      responseCode = "200",
      description = "The version is served, or held for pinned requests",
      content = @Content(schema = @Schema(implementation = LoadAdapterAnswer.class)))
  @APIResponse(responseCode = "202", description = "The version is being loaded")
  @APIResponse(responseCode = "409", description = "The catalog has released no such version")
  @APIResponse(responseCode = "422", description = "A field cannot be used; the problem names it")
  public Response load(
      @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = LoadAdapterRequest.class)))
          byte[] body) {
    LoadAdapterRequest request =
        JsonBody.read(body, LoadAdapterRequest.class, config.bodyBytesMax());
    long version = version(request.name());
    if (request.path() == null || request.path().isBlank()) {
      throw ProblemException.badField(
          "lora_path", "Send the content address of the version's adapter.");
    }
    if (slot.serving().filter(now -> is(now.version(), version, request.path())).isPresent()) {
      return answer(200, request, "served");
    }
    Stream<ReleasedVersion> held = slot.held().stream().map(AdapterSlot.Serving::version);
    if (held.anyMatch(one -> is(one, version, request.path()))) {
      return answer(200, request, "held");
    }
    if (swapper.tryNow(version, request.path())) {
      return answer(202, request, "loading");
    }
    throw new ProblemException(
        new Problem(
            "Not released",
            409,
            "The catalog has released no such version since the one served; have it release the"
                + " adapter first. GET /v1/models tells what is served and what was refused.",
            null));
  }

  private long version(String name) {
    String prefix = config.modelId() + ":";
    if (name != null && name.startsWith(prefix)) {
      try {
        return Long.parseLong(name.substring(prefix.length()));
      } catch (NumberFormatException notANumber) {
        // Answered below, as any other name is.
      }
    }
    throw ProblemException.badField(
        "lora_name", "It must be " + prefix + " and a version number, as GET /v1/models has it.");
  }

  private static boolean is(ReleasedVersion known, long version, String adapterId) {
    return known.version() == version && adapterId.equals(known.adapterId());
  }

  private static Response answer(int status, LoadAdapterRequest request, String state) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .entity(new LoadAdapterAnswer(request.name(), state))
        .build();
  }
}
