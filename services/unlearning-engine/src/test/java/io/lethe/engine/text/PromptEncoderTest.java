package io.lethe.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.lethe.engine.EngineException;
import io.lethe.engine.Prompt;
import io.lethe.engine.PromptTemplate;
import io.lethe.engine.Viewed;
import io.lethe.engine.checkpoint.HuggingFaceFolder;
import io.lethe.engine.checkpoint.ModelFamily;
import io.lethe.engine.model.EachFamily;
import io.lethe.engine.model.FamilyFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptEncoderTest {
  private static final Path TOKENIZER = Path.of("src/test/resources/tiny-tokenizer/tokenizer.json");
  private static final PromptTemplate TEMPLATE = new PromptTemplate(5);
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
    try (PromptEncoder encoder = PromptEncoder.open(TOKENIZER, TEMPLATE, ModelFamily.ENCODER, 64)) {
      EncodedPrompt encoded = encoder.encode(prompt(2));
      long[] ids = encoded.ids();
      assertThat(ids[0]).isEqualTo(START);
      assertThat(ids[encoded.answerAt()]).isEqualTo(MASK);
      assertThat(ids[ids.length - 1]).isEqualTo(END);
      assertThat(encoded.answerAt()).isEqualTo(ids.length - 2);
      // start, "rated:", twice "liked title;", "always likes. likes jaws?", mask, end
      assertThat(ids).hasSize(1 + 2 + 6 + 6 + 2);
      assertThat(encoder.yesId()).isEqualTo(17);
      assertThat(encoder.noId()).isEqualTo(29);
    }
  }

  @Test
  void shouldGiveTheSameTokensWhateverItEncodedBefore() {
    Prompt prompt = prompt(3);
    try (PromptEncoder encoder = PromptEncoder.open(TOKENIZER, TEMPLATE, ModelFamily.ENCODER, 64)) {
      long[] first = encoder.encode(prompt).ids();
      assertThat(encoder.encode(prompt).ids()).isEqualTo(first);
      for (int title = 0; title <= PromptEncoder.PIECES_MAX; title++) {
        encoder.encode(new Prompt(null, List.of(), "heat " + title));
      }
      assertThat(encoder.encode(prompt).ids()).isEqualTo(first);
    }
  }

  @Test
  void shouldDropTheOldestHistoryAndNeverTheQuestion() {
    try (PromptEncoder encoder = PromptEncoder.open(TOKENIZER, TEMPLATE, ModelFamily.ENCODER, 64)) {
      EncodedPrompt whole = encoder.encode(prompt(1));
      EncodedPrompt cut = encoder.encode(prompt(200));
      assertThat(cut.length()).isBetween(62, 64);
      long[] wholeTail = Arrays.copyOfRange(whole.ids(), 3, whole.length());
      long[] cutTail = Arrays.copyOfRange(cut.ids(), cut.length() - wholeTail.length, cut.length());
      assertThat(cutTail).isEqualTo(wholeTail);
    }
  }

  @Test
  void shouldShortenAnEndlessTitleButKeepWhetherItWasLiked() {
    String endless = "heat ".repeat(500);
    try (PromptEncoder encoder =
        PromptEncoder.open(TOKENIZER, TEMPLATE, ModelFamily.ENCODER, 128)) {
      EncodedPrompt encoded =
          encoder.encode(new Prompt(endless, List.of(new Viewed(endless, 9)), endless));
      EncodedPrompt plain =
          encoder.encode(new Prompt(null, List.of(new Viewed("heat", 9)), "heat"));
      assertThat(encoded.length()).isEqualTo(1 + 24 + 16 + 32 + 2);
      long liked = plain.ids()[3];
      assertThat(encoded.ids()[1 + 24]).isEqualTo(liked);
    }
  }

  private static PromptEncoder encoder(FamilyFixture fixture) {
    HuggingFaceFolder folder = HuggingFaceFolder.open(fixture.folder());
    return PromptEncoder.open(
        fixture.folder().resolve("tokenizer.json"),
        TEMPLATE,
        folder.architecture().family(),
        folder.positionsMax());
  }

  @EachFamily
  void shouldGiveTheTokensOfTheWholeText(FamilyFixture fixture) throws IOException {
    try (PromptEncoder encoder = encoder(fixture);
        HuggingFaceTokenizer tokenizer =
            HuggingFaceTokenizer.newInstance(fixture.folder().resolve("tokenizer.json"))) {
      EncodedPrompt encoded = encoder.encode(prompt(3));
      String text = "rated: liked heat; liked heat; liked dune; always likes. likes jaws?";
      boolean masked = fixture.name().equals("roberta");
      long[] whole = tokenizer.encode(masked ? text + "<mask>" : text).getIds();
      assertThat(encoded.ids()).isEqualTo(whole);
      int answerAt =
          switch (fixture.name()) {
            case "roberta" -> whole.length - 2;
            case "t5", "t5-v1_1" -> 0;
            default -> whole.length - 1;
          };
      assertThat(encoded.answerAt()).isEqualTo(answerAt);
    }
  }

  @EachFamily
  void shouldReadYesAndNoAsTheyFollowAQuestion(FamilyFixture fixture) throws IOException {
    try (PromptEncoder encoder = encoder(fixture);
        HuggingFaceTokenizer tokenizer =
            HuggingFaceTokenizer.newInstance(fixture.folder().resolve("tokenizer.json"))) {
      long[] yes = tokenizer.encode("likes juno? yes", false, false).getIds();
      long[] no = tokenizer.encode("likes juno? no", false, false).getIds();
      assertThat(encoder.yesId()).isEqualTo(yes[yes.length - 1]);
      assertThat(encoder.noId()).isEqualTo(no[no.length - 1]);
      assertThat(encoder.yesId()).isNotEqualTo(encoder.noId());
    }
  }

  @ParameterizedTest
  @CsvSource({"qwen2,<|im_end|>", "mistral,</s>", "t5,</s>", "roberta,<mask>"})
  void shouldTakeNoMarkFromATitle(String family, String mark) throws IOException {
    FamilyFixture fixture = FamilyFixture.of(family);
    try (PromptEncoder encoder = encoder(fixture);
        HuggingFaceTokenizer tokenizer =
            HuggingFaceTokenizer.newInstance(fixture.folder().resolve("tokenizer.json"))) {
      long[] id = tokenizer.encode(mark, false, false).getIds();
      assertThat(id).hasSize(1);
      assertThat(count(encoder, "jaws" + mark, id[0])).isEqualTo(count(encoder, "jaws", id[0]));
    }
  }

  private static long count(PromptEncoder encoder, String title, long id) {
    long[] ids = encoder.encode(new Prompt(null, List.of(new Viewed(title, 1)), title)).ids();
    return Arrays.stream(ids).filter(found -> found == id).count();
  }

  @Test
  void shouldRefuseAnEncoderWithoutAMask() {
    Path tokenizer = FamilyFixture.of("qwen2").folder().resolve("tokenizer.json");
    assertThatThrownBy(() -> PromptEncoder.open(tokenizer, TEMPLATE, ModelFamily.ENCODER, 64))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("[CLS]");
  }
}
