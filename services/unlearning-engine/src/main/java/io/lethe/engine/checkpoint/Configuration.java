package io.lethe.engine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.EngineException;

/** Fields of config.json, each checked where it is read. */
record Configuration(JsonNode json) {
  boolean has(String field) {
    return json.hasNonNull(field);
  }

  int positive(String field) {
    return positive(field, 0);
  }

  /** A whole number of at least 1, or the given one where the field is absent. */
  int positive(String field, int otherwise) {
    int value = has(field) ? json.path(field).asInt(0) : otherwise;
    if (value < 1) {
      throw new EngineException(
          "config.json has no positive " + field + "; fetch the checkpoint's own config.json");
    }
    return value;
  }

  double number(String field, double otherwise) {
    return json.path(field).asDouble(otherwise);
  }

  boolean flag(String field, boolean otherwise) {
    return json.path(field).asBoolean(otherwise);
  }

  String text(String field, String otherwise) {
    return has(field) ? json.path(field).asText() : otherwise;
  }

  /** An object within, or an empty one. */
  Configuration within(String field) {
    return new Configuration(json.path(field));
  }

  EngineException refused(String field, String remedy) {
    return new EngineException(
        "config.json names " + field + " " + text(field, "none") + "; " + remedy);
  }
}
