package io.lethe.ledger.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.ledger.LedgerConfig;
import io.lethe.ledger.deadletter.ActorPseudonyms;
import io.lethe.ledger.deadletter.DeadLetterFollowers;
import io.lethe.ledger.deadletter.DeadLetterTable;
import io.lethe.ledger.deadletter.LetterFilter;
import io.lethe.ledger.deadletter.LetterState;
import io.lethe.ledger.deadletter.RedriveOffice;
import io.lethe.ledger.deadletter.RedriveOrder;
import io.lethe.ledger.deadletter.RedriveReport;
import io.lethe.ledger.record.LedgerJson;
import io.lethe.schemas.Topics;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.kafka.RecordPosition;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;

/** What could not be used, how long it has left, and the way back for it. */
@Path("/v1/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
public class DeadLettersResource {
  private static final ObjectMapper JSON = LedgerJson.mapper();

  private final DeadLetterTable table;
  private final DeadLetterFollowers followers;
  private final RedriveOffice office;
  private final ActorPseudonyms actors;
  private final LedgerConfig config;
  private final Clock clock;

  DeadLettersResource(
      DeadLetterTable table,
      DeadLetterFollowers followers,
      RedriveOffice office,
      ActorPseudonyms actors,
      LedgerConfig config,
      Clock clock) {
    this.table = table;
    this.followers = followers;
    this.office = office;
    this.actors = actors;
    this.config = config;
    this.clock = clock;
  }

  /**
   * A redrive as it is asked for.
   *
   * @param topic dead-letter topic, or the topic it takes the letters of; whichever when left out
   * @param reason part of the reason or of the error's class
   * @param since ISO 8601: those that first failed then or later
   * @param until ISO 8601: those that first failed before
   * @param offsets offsets in the dead-letter topic; needs topic
   * @param limit most letters to send back
   * @param dryRun true, as when left out, only tells what would be done
   * @param why why; must be given unless it is a dry run
   * @param actor who asks, where the caller is not signed in
   */
  public record RedriveBody(
      String topic,
      String reason,
      String since,
      String until,
      Set<Long> offsets,
      Integer limit,
      Boolean dryRun,
      String why,
      String actor) {}

  @GET
  @RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
  @Operation(
      summary =
          "Lists dead letters by their shapes, never their bytes; topic, reason, state, olderThan"
              + " (ISO 8601 duration) and limit narrow the list, after goes on from a page's next.")
  public DeadLetterList list(
      @QueryParam("topic") String topic,
      @QueryParam("reason") String reason,
      @QueryParam("state") String state,
      @QueryParam("olderThan") @DefaultValue("PT0S") String olderThan,
      @QueryParam("after") String after,
      @QueryParam("limit") @DefaultValue("100") String limit) {
    DeadLetterTable.Page page =
        table.list(
            new LetterFilter(topicOf(topic), reason, null, null, Set.of()),
            stateOf(state),
            durationOf(olderThan),
            positionOf(after),
            Limits.of(limit, config.listMax()));
    return DeadLetterList.of(page, table.overview(), followers.isCaughtUp(), clock.instant());
  }

  @POST
  @Path("/redrive")
  @RolesAllowed(Roles.OPERATOR)
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary =
          "Sends dead letters back where they came from, or, unless dryRun is false, only tells"
              + " which.")
  @RequestBody(content = @Content(schema = @Schema(implementation = RedriveBody.class)))
  public RedriveReport redrive(String json, @Context SecurityContext security) {
    RedriveBody body = bodyOf(json);
    if (!followers.isCaughtUp()) {
      throw RefusedException.unavailable(
          "The ledger has not read all dead letters, and what was sent back of them, yet; try again"
              + " in a moment, and see /q/health/well.");
    }
    boolean dryRun = body.dryRun() == null || body.dryRun();
    RedriveOrder order =
        new RedriveOrder(
            filterOf(body),
            limitOf(body.limit()),
            dryRun,
            OperatorWords.actorRef(body.actor(), security, dryRun, actors),
            OperatorWords.why(body.why(), dryRun));
    try {
      return office.redrive(order);
    } catch (KafkaException unreadable) {
      throw RefusedException.unavailable(
          "The dead letters could not be read ("
              + unreadable.getClass().getSimpleName()
              + "); see that the broker answers and ask again: what was sent back stands, and is not"
              + " sent twice.");
    }
  }

  /** A field that is misspelt would otherwise widen what is sent back. */
  private static RedriveBody bodyOf(String json) {
    try {
      RedriveBody body = JSON.readValue(json, RedriveBody.class);
      if (body != null) {
        return body;
      }
    } catch (JsonProcessingException malformed) {
      throw bodyRefused(json);
    }
    throw bodyRefused(json);
  }

  private static RefusedException bodyRefused(String json) {
    return RefusedException.invalid(
        "body",
        "The body is a text of "
            + json.length()
            + " characters that is no JSON object of the fields topic, reason, since, until,"
            + " offsets, limit, dryRun, why and actor alone; send one, {} at least.");
  }

  private LetterFilter filterOf(RedriveBody body) {
    Set<Long> offsets = body.offsets() == null ? Set.of() : body.offsets();
    String topic = topicOf(body.topic());
    if (!offsets.isEmpty() && topic == null) {
      throw RefusedException.invalid(
          "topic", "The topic is missing; offsets are counted within one, so name it.");
    }
    return new LetterFilter(
        topic,
        body.reason(),
        instantOf("since", body.since()),
        instantOf("until", body.until()),
        offsets);
  }

  private static String topicOf(String topic) {
    if (topic == null || topic.isEmpty()) {
      return null;
    }
    String letters = Topics.isDeadLetter(topic) ? topic : Topics.deadLetter(topic);
    if (Topics.named(letters).isEmpty()) {
      throw RefusedException.invalid(
          "topic",
          "The topic is a text of "
              + topic.length()
              + " characters that names none; give one of the topics of GET /v1/dead-letters.");
    }
    return letters;
  }

  private static LetterState stateOf(String name) {
    if (name == null || name.isEmpty()) {
      return null;
    }
    try {
      return LetterState.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw RefusedException.invalid(
          "state",
          "The state is a text of "
              + name.length()
              + " characters that names none; give OPEN, REDRIVEN or ANSWERED.");
    }
  }

  private static Duration durationOf(String text) {
    try {
      Duration duration = Duration.parse(text);
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeException none) {
      throw durationRefused(text);
    }
    throw durationRefused(text);
  }

  private static RefusedException durationRefused(String text) {
    return RefusedException.invalid(
        "olderThan",
        "olderThan is a text of "
            + text.length()
            + " characters that is no positive ISO 8601 duration; give one such as P7D or PT1H.");
  }

  private static Instant instantOf(String field, String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeException none) {
      throw RefusedException.invalid(
          field,
          field
              + " is a text of "
              + text.length()
              + " characters that is no instant; give one such as 2026-01-31T12:00:00Z.");
    }
  }

  private static RecordPosition positionOf(String after) {
    if (after == null || after.isEmpty()) {
      return null;
    }
    try {
      return RecordPosition.parse(after);
    } catch (IllegalArgumentException none) {
      throw RefusedException.invalid("after", none.getMessage() + " Give a page's next.");
    }
  }

  private int limitOf(Integer asked) {
    int most = config.deadLetters().redriveMax();
    int limit = asked == null ? Math.min(100, most) : asked;
    if (limit < 1 || limit > most) {
      throw Limits.refused(most, "lethe.dead-letters.redrive-max");
    }
    return limit;
  }
}
