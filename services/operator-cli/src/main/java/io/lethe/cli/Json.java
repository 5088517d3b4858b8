package io.lethe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The one JSON mapper of the command line. */
public final class Json {
  public static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** The value as JSON on one line; maps keep the order they iterate in. */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a result that is not JSON", impossible);
    }
  }

  /**
   * Parses text of another party.
   *
   * @param what names the text in the error
   * @throws CliException when it is not JSON
   */
  public static JsonNode parse(String text, String what) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new CliException(
          what + " is not JSON (" + text.length() + " characters)",
          "check that it is whole and of the right kind",
          malformed);
    }
  }
}
