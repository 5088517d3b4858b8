package io.lethe.ledger.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.ledger.LedgerConfig;
import io.lethe.ledger.deadletter.ActorPseudonyms;
import io.lethe.ledger.deadletter.ForgetSetRedrives;
import io.lethe.ledger.deadletter.RedriveReport;
import io.lethe.ledger.follow.LedgerFollowers;
import io.lethe.ledger.record.LedgerJson;
import io.lethe.schemas.access.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;

/** The way back for forget sets that are no dead letters and yet not forgotten. */
@Path("/v1/forget-sets/redrive")
@Produces(MediaType.APPLICATION_JSON)
public class ForgetSetRedriveResource {
  private static final ObjectMapper JSON = LedgerJson.mapper();

  private final ForgetSetRedrives redrives;
  private final LedgerFollowers followers;
  private final ActorPseudonyms actors;
  private final LedgerConfig config;

  ForgetSetRedriveResource(
      ForgetSetRedrives redrives,
      LedgerFollowers followers,
      ActorPseudonyms actors,
      LedgerConfig config) {
    this.redrives = redrives;
    this.followers = followers;
    this.actors = actors;
    this.config = config;
  }

  /**
   * A redrive as it is asked for.
   *
   * @param forgetSetIds the sets, in the order in which they go back
   * @param dryRun true, as when left out, only tells what would be done
   * @param why why; must be given unless it is a dry run
   * @param actor who asks, where the caller is not signed in
   */
  public record ForgetSetRedriveBody(
      List<String> forgetSetIds, Boolean dryRun, String why, String actor) {}

  @POST
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary =
          "Sends forget sets back to be worked off again, or, unless dryRun is false, only tells"
              + " which it would; what a standing version has forgotten is skipped.")
  @RequestBody(content = @Content(schema = @Schema(implementation = ForgetSetRedriveBody.class)))
  public RedriveReport redrive(String json, @Context SecurityContext security) {
    ForgetSetRedriveBody body = bodyOf(json);
    int most = config.deadLetters().redriveMax();
    if (body.forgetSetIds().size() > most) {
      throw Limits.refused(most, "lethe.dead-letters.redrive-max");
    }
    if (!followers.isCaughtUp()) {
      throw RefusedException.unavailable(
          "The ledger has not read what became of the forget sets yet; try again in a moment, and"
              + " see /q/health/ready.");
    }
    boolean dryRun = body.dryRun() == null || body.dryRun();
    String why = OperatorWords.why(body.why(), dryRun);
    String actorRef = OperatorWords.actorRef(body.actor(), security, dryRun, actors);
    try {
      return redrives.redrive(body.forgetSetIds(), dryRun, actorRef, why);
    } catch (KafkaException unreadable) {
      throw RefusedException.unavailable(
          "The forget sets could not be read ("
              + unreadable.getClass().getSimpleName()
              + "); see that the broker answers and ask again: what was sent back stands.");
    }
  }

  private static ForgetSetRedriveBody bodyOf(String json) {
    try {
      ForgetSetRedriveBody body = JSON.readValue(json, ForgetSetRedriveBody.class);
      if (body != null
          && body.forgetSetIds() != null
          && !body.forgetSetIds().isEmpty()
          && !body.forgetSetIds().contains(null)) {
        return body;
      }
    } catch (JsonProcessingException malformed) {
      throw refused(json);
    }
    throw refused(json);
  }

  private static RefusedException refused(String json) {
    return RefusedException.invalid(
        "forgetSetIds",
        "The body is a text of "
            + json.length()
            + " characters that is no JSON object of the fields forgetSetIds, dryRun, why and actor"
            + " alone with at least one id; send the ids that GET /v1/forget-sets lists.");
  }
}
