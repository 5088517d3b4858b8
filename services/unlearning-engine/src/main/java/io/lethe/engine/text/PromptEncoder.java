package io.lethe.engine.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.lethe.engine.EngineException;
import io.lethe.engine.NativeLibraries;
import io.lethe.engine.Prompt;
import io.lethe.engine.PromptStrategy;
import io.lethe.engine.PromptTemplate;
import io.lethe.engine.Viewed;
import io.lethe.engine.checkpoint.ModelFamily;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** Turns prompts into token ids with the checkpoint's own tokenizer. Thread-safe. */
public final class PromptEncoder implements AutoCloseable {
  /** Longest prompt; the oldest history goes first where more would be needed. */
  public static final int TOKENS_MAX = 128;

  private static final int TITLE_TOKENS_MAX = 16;
  private static final int PROFILE_TOKENS_MAX = 24;

  /** Pieces whose tokens are kept, and the longest of them: some 10 MiB at most. */
  static final int PIECES_MAX = 20_000;

  private static final int PIECE_CHARACTERS_MAX = 200;

  /** How SentencePiece and byte-level vocabularies write the space before a word. */
  private static final Pattern WORD_MARK = Pattern.compile("^[\u2581\u0120]");

  private final PromptTemplate template;
  private final HuggingFaceTokenizer tokenizer;
  private final SpecialTokens special;
  private final ModelFamily family;
  private final int tokensMax;
  private final String separator;
  private final long[] head;
  private final long[] tail;
  private final long yes;
  private volatile ToDoubleBiFunction<String, String> nearness =
      (title, other) -> {
        throw new IllegalStateException("nobody said how near titles are");
      };
  private final long no;

  /**
   * Tokens of pieces that name titles: the same few thousand come again and again, and to cut one
   * up takes longer than a GPU takes to read it. Nothing in here tells whose prompt it was.
   */
  private final Map<Piece, long[]> pieces = new ConcurrentHashMap<>();

  /** A text that is cut to so many tokens. */
  private record Piece(String text, int tokensMax) {}

  private PromptEncoder(
      PromptTemplate template,
      HuggingFaceTokenizer tokenizer,
      SpecialTokens special,
      ModelFamily family,
      int tokensMax) {
    this.template = template;
    this.tokenizer = tokenizer;
    this.special = special;
    this.family = family;
    this.tokensMax = tokensMax;
    this.separator = separator();
    this.yes = answer(PromptTemplate.YES);
    this.no = answer(PromptTemplate.NO);
    long[] bare = ids(PromptTemplate.YES);
    long[] framed = tokenizer.encode(PromptTemplate.YES, true, false).getIds();
    int from = Collections.indexOfSubList(boxed(framed), boxed(bare));
    long[] before = Arrays.copyOfRange(framed, 0, from);
    long[] behind = Arrays.copyOfRange(framed, from + bare.length, framed.length);
    switch (family) {
      case ENCODER -> {
        boolean framesNothing = before.length + behind.length == 0;
        this.head = framesNothing ? named("[CLS]") : before;
        this.tail = concat(new long[] {special.mask()}, framesNothing ? named("[SEP]") : behind);
      }
      case ENCODER_DECODER -> {
        this.head = before;
        this.tail = behind;
      }
      case DECODER -> {
        // What some put behind a text would end it before the answer.
        this.head = before;
        this.tail = new long[0];
      }
      default -> throw new IllegalStateException("no prompts are known for " + family);
    }
  }

  /**
   * Reads tokenizer.json; nothing is downloaded.
   *
   * @param template how prompts are worded
   * @param family decides where the answer is read
   * @param positionsMax longest text that the model reads, in tokens
   */
  public static PromptEncoder open(
      Path tokenizerFile, PromptTemplate template, ModelFamily family, int positionsMax) {
    NativeLibraries.fetchNothing();
    try {
      // The options keep the tokenizer from cutting or filling texts on its own.
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(
              tokenizerFile, Map.of("truncation", "false", "padding", "false"));
      try {
        int tokensMax = Math.min(TOKENS_MAX, positionsMax);
        return new PromptEncoder(
            template, tokenizer, SpecialTokens.read(tokenizerFile), family, tokensMax);
      } catch (RuntimeException e) {
        tokenizer.close();
        throw e;
      }
    } catch (IOException e) {
      throw new EngineException("tokenizer.json cannot be read; save the tokenizer again", e);
    }
  }

  public long yesId() {
    return yes;
  }

  public long noId() {
    return no;
  }

  /**
   * Says how near two titles are, for strategies that compare them; without it they cannot encode.
   */
  public void compareTitlesBy(ToDoubleBiFunction<String, String> titleNearness) {
    this.nearness = titleNearness;
  }

  /**
   * Token ids: what the tokenizer puts before a text, opening, history, question, and what the
   * family's answer needs behind it. The template's strategy chooses from the history, and the
   * oldest goes where the text grows too long.
   */
  public EncodedPrompt encode(Prompt prompt) {
    long[] opening = capped(template.opening(prompt), PROFILE_TOKENS_MAX);
    long[] question = kept(separator + template.question(prompt), 2 * TITLE_TOKENS_MAX);
    int room = tokensMax - opening.length - question.length - head.length - tail.length;
    Deque<long[]> shown = new ArrayDeque<>();
    int used = 0;
    List<PromptStrategy.Shown> chosen =
        template
            .strategy()
            .shown(prompt.history(), title -> nearness.applyAsDouble(prompt.target(), title));
    for (int i = chosen.size() - 1; i >= 0; i--) {
      Viewed viewed = chosen.get(i).viewed();
      String text =
          chosen.get(i).demonstration() ? template.demonstration(viewed) : template.entry(viewed);
      long[] entry = kept(separator + text, TITLE_TOKENS_MAX);
      if (used + entry.length > room) {
        break;
      }
      used += entry.length;
      shown.addFirst(entry);
    }
    long[] ids = concat(head, opening);
    for (long[] entry : shown) {
      ids = concat(ids, entry);
    }
    ids = concat(ids, question);
    int answerAt =
        switch (family) {
          case ENCODER -> ids.length;
          case ENCODER_DECODER -> 0;
          case DECODER -> ids.length - 1;
        };
    return new EncodedPrompt(concat(ids, tail), answerAt);
  }

  /** The same as capped. */
  private long[] kept(String text, int tokens) {
    if (text.length() > PIECE_CHARACTERS_MAX) {
      return capped(text, tokens);
    }
    Piece piece = new Piece(text, tokens);
    long[] known = pieces.get(piece);
    if (known == null) {
      known = capped(text, tokens);
      if (pieces.size() >= PIECES_MAX) {
        pieces.clear();
      }
      pieces.put(piece, known);
    }
    return known;
  }

  /** A text alone, framed as texts are; no answer is asked. */
  public EncodedPrompt encodeText(String text) {
    long[] behind = family == ModelFamily.ENCODER ? Arrays.copyOfRange(tail, 1, tail.length) : tail;
    long[] ids = capped(text, 2 * TITLE_TOKENS_MAX);
    return new EncodedPrompt(concat(concat(head, ids), behind), 0);
  }

  /**
   * Long pieces lose their middle: a title's first words and the rating or question mark behind it
   * both matter.
   */
  private long[] capped(String text, int tokens) {
    // A title that spells one of the tokenizer's marks must not end the prompt or answer it.
    long[] ids = LongStream.of(ids(text)).filter(id -> !special.has(id)).toArray();
    if (ids.length <= tokens) {
      return ids;
    }
    int tail = 2;
    long[] cut = new long[tokens];
    System.arraycopy(ids, 0, cut, 0, tokens - tail);
    System.arraycopy(ids, ids.length - tail, cut, tokens - tail, tail);
    return cut;
  }

  private long[] ids(String text) {
    return tokenizer.encode(text, false, false).getIds();
  }

  /**
   * What to write before each piece but the first, so that pieces give the tokens of the whole
   * text: some tokenizers put the space before a word themselves, some take it from the text.
   */
  private String separator() {
    long[] whole = ids(PromptTemplate.YES + " " + PromptTemplate.NO);
    for (String candidate : List.of("", " ")) {
      long[] pieces = concat(ids(PromptTemplate.YES), ids(candidate + PromptTemplate.NO));
      if (Arrays.equals(pieces, whole)) {
        return candidate;
      }
    }
    throw new EngineException(
        "the tokenizer gives other tokens for a text than for its words; use one that cuts texts at spaces");
  }

  /** How prompts are worded. */
  public PromptTemplate template() {
    return template;
  }

  /** The one token that a word is when it follows others. */
  private long answer(String word) {
    Encoding encoding = tokenizer.encode(separator + word, false, false);
    // A word the vocabulary lacks comes back as pieces or as one unknown token.
    if (encoding.getIds().length != 1
        || !WORD_MARK.matcher(encoding.getTokens()[0]).replaceFirst("").equals(word)) {
      throw new EngineException(
          "the tokenizer has no token of its own for "
              + word
              + "; use a checkpoint whose vocabulary holds it");
    }
    return encoding.getIds()[0];
  }

  private long[] named(String token) {
    Long id = special.ids().get(token);
    if (id == null) {
      throw new EngineException(
          "tokenizer.json puts nothing around a text and has no "
              + token
              + " among its added_tokens; save the tokenizer that the encoder was trained with");
    }
    return new long[] {id};
  }

  private static long[] concat(long[] first, long[] second) {
    return LongStream.concat(LongStream.of(first), LongStream.of(second)).toArray();
  }

  private static List<Long> boxed(long[] ids) {
    return LongStream.of(ids).boxed().toList();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
