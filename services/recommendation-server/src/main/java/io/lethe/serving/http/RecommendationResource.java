package io.lethe.serving.http;

import io.lethe.serving.ServingReadiness;
import io.lethe.serving.recommend.RecommendationMaker;
import io.lethe.serving.recommend.RecommendationQuery;
import io.quarkus.security.Authenticated;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Recommends items to a subject. */
@Path("/v1/recommendations")
@Authenticated
public class RecommendationResource {
  private final QueryReader reader;
  private final RecommendationMaker maker;
  private final ServingReadiness readiness;
  private final ScoringGateway gateway;
  private final VersionPin pins;

  public RecommendationResource(
      QueryReader reader,
      RecommendationMaker maker,
      ServingReadiness readiness,
      ScoringGateway gateway,
      VersionPin pins) {
    this.reader = reader;
    this.maker = maker;
    this.readiness = readiness;
    this.gateway = gateway;
    this.pins = pins;
  }

  /** Ranks candidates, given or chosen, for a subject. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(
      summary = "Rank items for a subject",
      description = "Every score of one answer comes from the adapter named in its headers.")
  @APIResponse(
      responseCode = "200",
      description = "Ranked items, and what ranked them",
      content = @Content(schema = @Schema(implementation = RecommendationAnswer.class)))
  @APIResponse(responseCode = "409", description = "The pinned version is not held here")
  @APIResponse(responseCode = "422", description = "A field cannot be used; the problem names it")
  @APIResponse(responseCode = "503", description = "Busy or not ready; see Retry-After")
  public CompletionStage<Response> recommend(
      @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = RecommendationRequest.class)))
          byte[] body,
      @HeaderParam(VersionPin.HEADER)
          @Parameter(
              description =
                  "Version that must answer, for tests: one that GET /v1/models lists. Operators and"
                      + " auditors only")
          String pin) {
    return gateway.answer(
        "recommendations",
        () -> {
          OptionalLong pinned = pins.of(pin);
          RecommendationQuery query = reader.query(body);
          demandReady();
          return new StampedWork<>(maker.work(query, pinned), RecommendationAnswer::of);
        });
  }

  private void demandReady() {
    List<String> obstacles = readiness.obstacles();
    if (!obstacles.isEmpty()) {
      throw ProblemException.notReady(String.join("; ", obstacles));
    }
  }
}
