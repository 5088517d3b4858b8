package io.lethe.intake.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads typed properties of a JSON object; what does not fit is refused by its path and shape. */
final class JsonFields {
  private final JsonNode object;
  private final String path;

  /**
   * The properties of an object.
   *
   * @param path path of the object with a dot behind it; empty for the document itself
   * @param known the properties it may have
   */
  JsonFields(JsonNode object, String path, Set<String> known) {
    this.object = object;
    this.path = path;
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                // The name itself is the sender's text and may be anything, so only its place is
                // told.
                throw new RefusedException(
                    RefusalReason.UNKNOWN_PROPERTY,
                    path.isEmpty() ? null : path.substring(0, path.length() - 1),
                    "A property whose name has "
                        + name.length()
                        + " characters is unknown; send only "
                        + String.join(", ", known.stream().sorted().toList())
                        + ".");
              }
            });
  }

  String requiredText(String name, String example) {
    String text = text(name, example);
    if (text == null) {
      throw invalid(name, "is missing; send " + example);
    }
    if (text.isBlank()) {
      throw invalid(name, "is blank; send " + example);
    }
    return text;
  }

  String text(String name, String example) {
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw invalid(name, "is " + shape(value) + "; send " + example);
    }
    return value.textValue();
  }

  Instant instant(String name) {
    String example = "an instant such as 2026-01-31T12:00:00Z";
    String text = text(name, example);
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException notAnInstant) {
      throw invalid(
          name, "has " + text.length() + " characters that form no instant; send " + example);
    }
  }

  JsonNode requiredObject(String name, String example) {
    JsonNode value = object.get(name);
    if (value == null || !value.isObject()) {
      throw invalid(name, "is " + (value == null ? "missing" : shape(value)) + "; send " + example);
    }
    return value;
  }

  List<String> texts(String name) {
    String example = "an array of item ids such as [\"42\", \"1984\"]";
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isArray()) {
      throw invalid(name, "is " + shape(value) + "; send " + example);
    }
    List<String> texts = new ArrayList<>(value.size());
    for (JsonNode element : value) {
      if (!element.isTextual()) {
        throw invalid(
            name + "[" + texts.size() + "]", "is " + shape(element) + "; send " + example);
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  RefusedException invalid(String name, String shapeAndRemedy) {
    return new RefusedException(
        RefusalReason.INVALID_PROPERTY, path + name, path + name + " " + shapeAndRemedy + ".");
  }

  static String shape(JsonNode value) {
    String type = value.getNodeType().name().toLowerCase(Locale.ROOT);
    return switch (value.getNodeType()) {
      case STRING -> "a string of " + value.textValue().length() + " characters";
      case ARRAY -> "an array of " + value.size() + " elements";
      case OBJECT -> "an object of " + value.size() + " properties";
      case NULL -> "null";
      default -> "a " + type;
    };
  }
}
