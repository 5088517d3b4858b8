package io.lethe.serving.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.util.List;

/** Reads request bodies strictly: a misspelt field is an error, not silence. */
final class JsonBody {
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private JsonBody() {}

  /**
   * The body as a record.
   *
   * @throws ProblemException when it is too large, is no JSON, or does not fit the record
   */
  static <T> T read(byte[] body, Class<T> type, int bytesMax) {
    if (body == null || body.length == 0) {
      throw ProblemException.malformed("The body is empty; send a JSON object.");
    }
    if (body.length > bytesMax) {
      throw ProblemException.tooLarge(bytesMax);
    }
    try {
      T read = STRICT.readValue(body, type);
      if (read == null) {
        throw ProblemException.malformed("The body is null; send a JSON object.");
      }
      return read;
    } catch (UnrecognizedPropertyException unknown) {
      throw ProblemException.badField(
          path(unknown.getPath()),
          "There is no such field; the fields are "
              + String.join(
                  ", ",
                  unknown.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList())
              + ".");
    } catch (JsonMappingException mismatch) {
      if (mismatch.getPath().isEmpty()) {
        throw ProblemException.malformed("The body must be one JSON object and nothing after it.");
      }
      throw ProblemException.badField(
          path(mismatch.getPath()), "The value has another type than /q/openapi says.");
    } catch (JsonProcessingException broken) {
      throw ProblemException.malformed(
          "The body is no JSON from line "
              + broken.getLocation().getLineNr()
              + ", column "
              + broken.getLocation().getColumnNr()
              + " on.");
    } catch (IOException undecodable) {
      // A body with zeros in the right places is taken for UTF-32, in which not all is a character.
      throw ProblemException.malformed(
          "The body is no text in any encoding of JSON; send one JSON object in UTF-8.");
    }
  }

  private static String path(List<JsonMappingException.Reference> references) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : references) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.toString();
  }
}
