package io.lethe.intake.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An error as RFC 9457 has it. It names no identity.
 *
 * @param type a URI of this kind of error
 * @param title the kind of error in words
 * @param status the HTTP status
 * @param detail what was wrong, by its shape, and the remedy
 * @param field path of the property at fault; absent when it is no single one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(description = "An error (RFC 9457): the field at fault, its shape and the remedy.")
public record Problem(String type, String title, int status, String detail, String field) {
  /** Media type of errors. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final String TYPE_PREFIX = "urn:lethe:problem:";

  /** The answer to a refusal. */
  static Response answer(RefusedException refused, Duration retryAfter) {
    return answer(
        statusOf(refused.reason()),
        refused.reason().label(),
        titleOf(refused.reason()),
        refused.getMessage(),
        refused.field(),
        refused.reason() == RefusalReason.UNAVAILABLE ? retryAfter : null);
  }

  /** An answer of any other kind. */
  static Response answer(
      int status, String type, String title, String detail, String field, Duration retryAfter) {
    Response.ResponseBuilder response =
        Response.status(status)
            .type(MediaType.valueOf(MEDIA_TYPE))
            .entity(new Problem(TYPE_PREFIX + type, title, status, detail, field));
    if (retryAfter != null) {
      response.header(HttpHeaders.RETRY_AFTER, Math.max(1, retryAfter.toSeconds()));
    }
    return response.build();
  }

  static int statusOf(RefusalReason reason) {
    return switch (reason) {
      case MALFORMED,
          UNKNOWN_PROPERTY,
          INVALID_PROPERTY,
          UNKNOWN_REGIME,
          UNKNOWN_SCOPE,
          TOO_MANY_ITEMS,
          FUTURE_DATE,
          PAST_DATE,
          AFTER_LAWFUL_DEADLINE ->
          400;
      case UNKNOWN_REQUEST -> 404;
      case TOO_LATE, NOT_EXTENDABLE, ALREADY_EXTENDED -> 409;
      case TOO_LARGE -> 413;
      case UNSUPPORTED_CONTENT_TYPE -> 415;
      case CONFLICT -> 422;
      case TOO_MANY_REQUESTS -> 429;
      case UNAVAILABLE -> 503;
    };
  }

  private static String titleOf(RefusalReason reason) {
    return switch (reason) {
      case MALFORMED -> "The body is no JSON object";
      case UNKNOWN_PROPERTY -> "Unknown property";
      case INVALID_PROPERTY -> "A property has the wrong shape";
      case UNKNOWN_REGIME -> "Unknown regime";
      case UNKNOWN_SCOPE -> "Unknown scope";
      case TOO_MANY_ITEMS -> "Too many items";
      case TOO_LARGE -> "The body is too large";
      case FUTURE_DATE -> "A date lies in the future";
      case PAST_DATE -> "The deadline has passed already";
      case AFTER_LAWFUL_DEADLINE -> "The deadline is later than the law allows";
      case CONFLICT -> "The id stands for another request";
      case UNKNOWN_REQUEST -> "Unknown request";
      case TOO_LATE -> "Too late";
      case NOT_EXTENDABLE -> "The deadline cannot be extended";
      case ALREADY_EXTENDED -> "The deadline was extended before";
      case UNSUPPORTED_CONTENT_TYPE -> "Unsupported content type";
      case TOO_MANY_REQUESTS -> "Too many requests";
      case UNAVAILABLE -> "Not accepted now";
    };
  }
}
