package io.lethe.catalog.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.schemas.event.CanaryShare;
import io.lethe.schemas.event.OverriddenRule;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a move asks for, besides the version.
 *
 * @param why kept with the version
 * @param waits withdraw: have servers stop answering where nothing may take its place
 * @param pins rollback: pin the version at once
 * @param replicas canary: servers that answer from it
 * @param percent canary: share of the subjects
 * @param rule override: pin, or utility-floor
 */
record MoveBody(
    String why,
    @JsonProperty("wait") Boolean waits,
    @JsonProperty("pin") Boolean pins,
    List<String> replicas,
    Integer percent,
    String rule) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private static final int WHY_CHARACTERS_MAX = 500;
  private static final int BODY_CHARACTERS_MAX = 20_000;
  private static final int REPLICAS_MAX = 100;
  private static final int PERCENT_MAX = 99;
  private static final Pattern REPLICA = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** A field that cannot be used, with the remedy. */
  static final class UnusableException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String field;

    UnusableException(String field, String message) {
      super(message);
      this.field = field;
    }

    String field() {
      return field;
    }
  }

  /** Reads a body; a field that is misspelt would otherwise change what is done. */
  static MoveBody read(String body) {
    try {
      if (body != null && body.length() <= BODY_CHARACTERS_MAX) {
        MoveBody read = JSON.readValue(body, MoveBody.class);
        if (read != null) {
          return read;
        }
      }
    } catch (JsonProcessingException malformed) {
      // Answered below, without what it quotes.
    }
    throw new UnusableException(
        "body",
        "The body is no JSON object of why, wait, pin, replicas, percent and rule alone; send one,"
            + " with why at least.");
  }

  /** The number in a path. */
  static long number(String version) {
    try {
      long number = Long.parseLong(version);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Answered below, as a negative number is.
    }
    throw new UnusableException(
        "version", "It must be a version number, from 0; GET /v1/versions lists them.");
  }

  String reason() {
    String stripped = why == null ? "" : why.strip();
    boolean printable = stripped.chars().noneMatch(Character::isISOControl);
    if (stripped.isEmpty() || stripped.length() > WHY_CHARACTERS_MAX || !printable) {
      throw new UnusableException(
          "why",
          "why is a text of "
              + stripped.length()
              + " characters; say in 1 to "
              + WHY_CHARACTERS_MAX
              + ", on one line, why this is done: it is kept with the version, and must name no"
              + " person whose data is concerned.");
    }
    return stripped;
  }

  boolean isWaiting() {
    return Boolean.TRUE.equals(waits);
  }

  boolean isPinning() {
    return Boolean.TRUE.equals(pins);
  }

  CanaryShare share() {
    boolean named = replicas != null && !replicas.isEmpty();
    if (named == (percent != null)) {
      throw new UnusableException(
          "percent", "Give either replicas, or percent from 1 to " + PERCENT_MAX + ".");
    }
    if (!named) {
      if (percent < 1 || percent > PERCENT_MAX) {
        throw new UnusableException("percent", "Give percent from 1 to " + PERCENT_MAX + ".");
      }
      return new CanaryShare(List.of(), percent);
    }
    if (replicas.size() > REPLICAS_MAX
        || replicas.stream().anyMatch(name -> name == null || !REPLICA.matcher(name).matches())) {
      throw new UnusableException(
          "replicas",
          "Name 1 to "
              + REPLICAS_MAX
              + " servers by their lethe.replica-id, of letters, digits, dots, hyphens and"
              + " underscores.");
    }
    return new CanaryShare(replicas.stream().distinct().sorted().toList(), 0);
  }

  OverriddenRule overriddenRule() {
    if (rule != null) {
      for (OverriddenRule one : List.of(OverriddenRule.PIN, OverriddenRule.UTILITY_FLOOR)) {
        if (one.name().replace('_', '-').toLowerCase(Locale.ROOT).equals(rule)) {
          return one;
        }
      }
    }
    throw new UnusableException(
        "rule",
        "Only pin and utility-floor can be overridden: neither the watermark nor a gate that tells"
            + " whether somebody was forgotten ever is.");
  }
}
