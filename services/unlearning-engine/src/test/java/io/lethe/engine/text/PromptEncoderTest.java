package io.lethe.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptEncoderTest {
  private static final Path TOKENIZER = Path.of("src/test/resources/tiny-tokenizer/tokenizer.json");
  private static final long START = 1;
  private static final long END = 2;
  private static final long MASK = 3;

  private static Prompt prompt(int viewed) {
    List<Viewed> history = new ArrayList<>();
    for (int i = 0; i < viewed; i++) {
      history.add(new Viewed(i == viewed - 1 ? "dune" : "heat", 9));
    }
    return new Prompt(null, history, "jaws");
  }

  @Test
  void shouldPutTheMaskBeforeTheEnd() {
    try (PromptEncoder encoder = PromptEncoder.open(TOKENIZER, 64)) {
      EncodedPrompt encoded = encoder.encode(prompt(2));
      long[] ids = encoded.ids();
      assertThat(ids[0]).isEqualTo(START);
      assertThat(ids[encoded.answerAt()]).isEqualTo(MASK);
      assertThat(ids[ids.length - 1]).isEqualTo(END);
      assertThat(encoded.answerAt()).isEqualTo(ids.length - 2);
      // start, "rated:", twice "title 9;", "likes jaws?", mask, end
      assertThat(ids).hasSize(1 + 2 + 6 + 3 + 2);
      assertThat(encoder.yesId()).isEqualTo(17);
      assertThat(encoder.noId()).isEqualTo(29);
    }
  }

  @Test
  void shouldDropTheOldestHistoryAndNeverTheQuestion() {
    try (PromptEncoder encoder = PromptEncoder.open(TOKENIZER, 64)) {
      EncodedPrompt whole = encoder.encode(prompt(1));
      EncodedPrompt cut = encoder.encode(prompt(200));
      assertThat(cut.length()).isBetween(62, 64);
      long[] wholeTail = Arrays.copyOfRange(whole.ids(), 3, whole.length());
      long[] cutTail = Arrays.copyOfRange(cut.ids(), cut.length() - wholeTail.length, cut.length());
      assertThat(cutTail).isEqualTo(wholeTail);
    }
  }

  @Test
  void shouldShortenAnEndlessTitleButKeepItsRating() {
    String endless = "heat ".repeat(500);
    try (PromptEncoder encoder = PromptEncoder.open(TOKENIZER, 128)) {
      EncodedPrompt encoded =
          encoder.encode(new Prompt(endless, List.of(new Viewed(endless, 9)), endless));
      EncodedPrompt plain =
          encoder.encode(new Prompt(null, List.of(new Viewed("heat", 9)), "heat"));
      assertThat(encoded.length()).isEqualTo(1 + 24 + 16 + 32 + 2);
      long nine = plain.ids()[4];
      assertThat(encoded.ids()[1 + 24 + 14]).isEqualTo(nine);
    }
  }
}
