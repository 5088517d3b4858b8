package io.lethe.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.engine.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The tokens of tokenizer.json that stand for no text.
 *
 * @param ids by what they are written as
 * @param unknown the one for text the vocabulary lacks, or null where there is none
 */
record SpecialTokens(Map<String, Long> ids, String unknown) {
  static SpecialTokens read(Path tokenizerFile) throws IOException {
    JsonNode json = new ObjectMapper().readTree(tokenizerFile.toFile());
    Map<String, Long> ids = new HashMap<>();
    for (JsonNode token : json.path("added_tokens")) {
      if (token.path("special").asBoolean()) {
        ids.put(token.path("content").asText(), token.path("id").asLong());
      }
    }
    JsonNode model = json.path("model");
    String unknown = model.path("unk_token").asText(null);
    if (model.path("unk_id").isInt()) {
      unknown = model.path("vocab").path(model.path("unk_id").asInt()).path(0).asText(null);
    }
    return new SpecialTokens(ids, unknown);
  }

  /** Whether an id stands for no text; the one for unknown text does stand for some. */
  boolean has(long id) {
    return ids.entrySet().stream()
        .anyMatch(token -> token.getValue() == id && !token.getKey().equals(unknown));
  }

  /** The token that asks for a word, [MASK] or as the tokenizer writes it. */
  long mask() {
    List<Long> found = new ArrayList<>();
    ids.forEach(
        (token, id) -> {
          if (token.toLowerCase(Locale.ROOT).contains("mask")) {
            found.add(id);
          }
        });
    if (found.size() != 1) {
      throw new EngineException(
          "added_tokens of tokenizer.json holds "
              + found.size()
              + " mask tokens; an encoder answers at a mask, give the tokenizer that it was trained with");
    }
    return found.get(0);
  }
}
