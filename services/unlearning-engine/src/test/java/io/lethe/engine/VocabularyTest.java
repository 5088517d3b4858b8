package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
  @TempDir private Path folder;

  private void tokenizer(String vocabulary) throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"), "{\"model\": {\"vocab\": " + vocabulary + "}}");
  }

  @Test
  void shouldTakeWholeWordsOfAWordPieceVocabularyInOrder() throws IOException {
    tokenizer("{\"[MASK]\": 0, \"winter\": 1, \"##ing\": 2, \"of\": 3, \"alien\": 4, \"42nd\": 5}");
    assertThat(Vocabulary.words(folder)).containsExactly("alien", "winter");
  }

  @Test
  void shouldTakeWordsBehindTheMarkForASpace() throws IOException {
    tokenizer("{\"\u0120river\": 0, \"river\": 1, \"\u0120The\": 2}");
    assertThat(Vocabulary.words(folder)).containsExactly("river");
    tokenizer("[[\"\u2581king\", -3.5], [\"<unk>\", 0]]");
    assertThat(Vocabulary.words(folder)).containsExactly("king");
  }

  @Test
  void shouldSayWhatToDoWithoutWords() throws IOException {
    tokenizer("{\"[MASK]\": 0}");
    assertThatThrownBy(() -> Vocabulary.words(folder))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("primingRows 0");
  }
}
