package io.lethe.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.engine.checkpoint.HuggingFaceFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words that a checkpoint's tokenizer has a token of their own for. */
final class Vocabulary {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A word as WordPiece writes it, or behind the mark for a space of BPE or of SentencePiece. */
  private static final Pattern WORD = Pattern.compile("[\u0120\u2581]?([a-z]{3,})");

  private Vocabulary() {}

  /**
   * Lower-case words of three letters or more, sorted, so that they do not depend on how the file
   * is ordered.
   */
  static List<String> words(Path folder) {
    List<String> tokens = new ArrayList<>();
    try {
      JsonNode vocabulary =
          JSON.readTree(folder.resolve(HuggingFaceFolder.TOKENIZER).toFile()).at("/model/vocab");
      if (vocabulary.isArray()) {
        vocabulary.forEach(entry -> tokens.add(entry.path(0).asText()));
      } else {
        vocabulary.fieldNames().forEachRemaining(tokens::add);
      }
    } catch (IOException e) {
      throw new EngineException("tokenizer.json cannot be read; fetch the checkpoint again", e);
    }
    List<String> words =
        tokens.stream()
            .map(WORD::matcher)
            .filter(Matcher::matches)
            .map(word -> word.group(1))
            .distinct()
            .sorted()
            .toList();
    if (words.isEmpty()) {
      throw new EngineException(
          "tokenizer.json has no token for any lower-case word; take a base with words, or set"
              + " primingRows 0");
    }
    return words;
  }
}
