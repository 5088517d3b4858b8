package io.lethe.ledger.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An error as RFC 9457 has it. It names no identity.
 *
 * @param type a URI of this kind of error
 * @param title the kind of error in words
 * @param status the HTTP status
 * @param detail what was wrong, by its shape, and the remedy
 * @param field the parameter at fault; absent when it is no single one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(description = "An error (RFC 9457): the field at fault, its shape and the remedy.")
public record Problem(String type, String title, int status, String detail, String field) {
  /** Media type of errors. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final String TYPE_PREFIX = "urn:lethe:problem:";

  static Response answer(int status, String type, String title, String detail, String field) {
    return Response.status(status)
        .type(MediaType.valueOf(MEDIA_TYPE))
        .entity(new Problem(TYPE_PREFIX + type, title, status, detail, field))
        .build();
  }
}
