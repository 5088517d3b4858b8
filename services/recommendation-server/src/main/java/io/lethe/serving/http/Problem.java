package io.lethe.serving.http;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * An error as RFC 9457 shapes it. Never holds a value that was sent.
 *
 * @param title what went wrong, the same words for the same kind
 * @param status the HTTP status
 * @param detail what is wrong here and what to do
 * @param field the field at fault, where there is one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(String title, int status, String detail, String field) {
  /** The media type of a problem. */
  public static final String MEDIA_TYPE = "application/problem+json";
}
