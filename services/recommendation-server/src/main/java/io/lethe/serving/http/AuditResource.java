package io.lethe.serving.http;

import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import io.lethe.schemas.access.Roles;
import io.lethe.serving.ServingConfig;
import io.lethe.serving.http.AuditRequest.AuditPrompt;
import io.lethe.serving.http.AuditRequest.AuditViewed;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/**
 * Scores explicit prompts with the served adapter, so that operators can test from outside what it
 * still knows. Reads nothing that the server holds of anybody, hence works for erased subjects too.
 */
@Path("/v1/audit/scores")
@RolesAllowed(Roles.AUDITOR)
public class AuditResource {
  private static final int TEXT_LENGTH_MAX = 2_048;

  private final ScoringGateway gateway;
  private final ServingConfig config;
  private final VersionPin pins;

  public AuditResource(ScoringGateway gateway, ServingConfig config, VersionPin pins) {
    this.gateway = gateway;
    this.config = config;
    this.pins = pins;
  }

  /** Scores prompts. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @Operation(summary = "Score explicit prompts with the served adapter")
  @APIResponse(
      responseCode = "200",
      description = "Probability of yes for each prompt",
      content = @Content(schema = @Schema(implementation = AuditAnswer.class)))
  @APIResponse(responseCode = "409", description = "The pinned version is not held here")
  @APIResponse(responseCode = "422", description = "A field cannot be used; the problem names it")
  @APIResponse(responseCode = "503", description = "Busy or not ready; see Retry-After")
  public CompletionStage<Response> score(
      @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = AuditRequest.class)))
          byte[] body,
      @HeaderParam(VersionPin.HEADER)
          @Parameter(description = "Version that must answer: one that GET /v1/models lists")
          String pin) {
    return gateway.answer(
        "audit",
        () -> {
          List<Prompt> prompts =
              prompts(JsonBody.read(body, AuditRequest.class, config.bodyBytesMax()));
          return new StampedWork<>(new AuditWork(prompts, pins.of(pin)), answer -> answer);
        });
  }

  private List<Prompt> prompts(AuditRequest request) {
    int size = request.prompts() == null ? 0 : request.prompts().size();
    if (size < 1 || size > config.auditPromptsMax()) {
      throw ProblemException.badField(
          "prompts", "It holds " + size + " prompts; send 1 to " + config.auditPromptsMax() + ".");
    }
    List<Prompt> prompts = new ArrayList<>(size);
    for (int position = 0; position < size; position++) {
      prompts.add(prompt("prompts[" + position + "]", request.prompts().get(position)));
    }
    return prompts;
  }

  private Prompt prompt(String field, AuditPrompt prompt) {
    if (prompt == null) {
      throw ProblemException.badField(field, "A prompt is an object with target and history.");
    }
    List<AuditViewed> history = prompt.history() == null ? List.of() : prompt.history();
    if (history.size() > config.sampleRule().historyMax()) {
      throw ProblemException.badField(
          field + ".history",
          "It holds "
              + history.size()
              + " interactions; prompts show at most "
              + config.sampleRule().historyMax()
              + " (lethe.sample-rule.history-max).");
    }
    List<Viewed> viewed = new ArrayList<>(history.size());
    for (int position = 0; position < history.size(); position++) {
      viewed.add(viewed(field + ".history[" + position + "]", history.get(position)));
    }
    if (prompt.profile() != null && prompt.profile().length() > TEXT_LENGTH_MAX) {
      throw tooLong(field + ".profile");
    }
    return new Prompt(prompt.profile(), viewed, title(field + ".target", prompt.target()));
  }

  private static Viewed viewed(String field, AuditViewed viewed) {
    if (viewed == null || viewed.rating() == null || !Double.isFinite(viewed.rating())) {
      throw ProblemException.badField(field, "An interaction has a title and a finite rating.");
    }
    return new Viewed(title(field + ".title", viewed.title()), viewed.rating());
  }

  private static String title(String field, String title) {
    if (title == null || title.isBlank() || title.length() > TEXT_LENGTH_MAX) {
      throw tooLong(field);
    }
    return title;
  }

  private static ProblemException tooLong(String field) {
    return ProblemException.badField(
        field, "It must be a text of 1 to " + TEXT_LENGTH_MAX + " characters.");
  }
}
