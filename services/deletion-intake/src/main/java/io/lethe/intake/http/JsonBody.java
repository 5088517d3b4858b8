package io.lethe.intake.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;

/** Reads one JSON object of a bounded size. */
final class JsonBody {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private JsonBody() {}

  /**
   * The object that a body holds.
   *
   * @throws RefusedException when the body is larger, or is no JSON object
   */
  static JsonNode read(InputStream body, int bytesMax) throws IOException {
    byte[] bytes = body.readNBytes(bytesMax + 1);
    if (bytes.length > bytesMax) {
      throw new RefusedException(
          RefusalReason.TOO_LARGE,
          null,
          "The body has more than "
              + bytesMax
              + " bytes; split the request, or raise lethe.body-bytes-max.");
    }
    JsonNode document;
    try {
      document = JSON.readTree(bytes);
    } catch (JsonProcessingException malformed) {
      // Jackson's message quotes the source, so only the place is told.
      throw new RefusedException(
          RefusalReason.MALFORMED,
          null,
          "The body is no JSON document: it breaks off or goes wrong at line "
              + (malformed.getLocation() == null ? 1 : malformed.getLocation().getLineNr())
              + ", column "
              + (malformed.getLocation() == null ? 1 : malformed.getLocation().getColumnNr())
              + ". Send one JSON object.");
    } catch (CharConversionException undecodable) {
      // Four bytes a character is what Jackson takes a body with zeros in the right places for.
      throw new RefusedException(
          RefusalReason.MALFORMED,
          null,
          "The body is no text in any encoding of JSON. Send one JSON object in UTF-8.");
    }
    if (!document.isObject()) {
      throw new RefusedException(
          RefusalReason.MALFORMED,
          null,
          "The body is "
              + (document.isMissingNode() ? "empty" : JsonFields.shape(document))
              + "; send one JSON object.");
    }
    return document;
  }
}
