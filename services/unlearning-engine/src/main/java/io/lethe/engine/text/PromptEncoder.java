package io.lethe.engine.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.lethe.engine.EngineException;
import io.lethe.engine.Prompt;
import io.lethe.engine.PromptTemplate;
import io.lethe.engine.Viewed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** Turns prompts into token ids with the checkpoint's own tokenizer. Thread-safe. */
public final class PromptEncoder implements AutoCloseable {
  /** Longest prompt; the oldest history goes first where more would be needed. */
  public static final int TOKENS_MAX = 128;

  private static final int TITLE_TOKENS_MAX = 16;
  private static final int PROFILE_TOKENS_MAX = 24;

  private final HuggingFaceTokenizer tokenizer;
  private final int tokensMax;
  private final long start;
  private final long end;
  private final long mask;
  private final long yes;
  private final long no;

  private PromptEncoder(HuggingFaceTokenizer tokenizer, int tokensMax) {
    this.tokenizer = tokenizer;
    this.tokensMax = tokensMax;
    this.start = single("[CLS]");
    this.end = single("[SEP]");
    this.mask = single("[MASK]");
    this.yes = single(PromptTemplate.YES);
    this.no = single(PromptTemplate.NO);
  }

  /** Reads tokenizer.json; nothing is downloaded. */
  public static PromptEncoder open(Path tokenizerFile, int positionsMax) {
    try {
      // The options keep the tokenizer from cutting or filling texts on its own.
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(
              tokenizerFile, Map.of("truncation", "false", "padding", "false"));
      return new PromptEncoder(tokenizer, Math.min(TOKENS_MAX, positionsMax));
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
   * Token ids: start, opening, history, question, mask, end. Drops the oldest history where it
   * grows too long.
   */
  public EncodedPrompt encode(Prompt prompt) {
    long[] opening = capped(PromptTemplate.opening(prompt), PROFILE_TOKENS_MAX);
    long[] question = capped(PromptTemplate.question(prompt), 2 * TITLE_TOKENS_MAX);
    int room = tokensMax - opening.length - question.length - 3;
    Deque<long[]> kept = new ArrayDeque<>();
    int used = 0;
    for (int i = prompt.history().size() - 1; i >= 0; i--) {
      Viewed viewed = prompt.history().get(i);
      long[] entry = capped(PromptTemplate.entry(viewed), TITLE_TOKENS_MAX);
      if (used + entry.length > room) {
        break;
      }
      used += entry.length;
      kept.addFirst(entry);
    }
    long[] ids = new long[opening.length + used + question.length + 3];
    ids[0] = start;
    int at = append(ids, 1, opening);
    for (long[] entry : kept) {
      at = append(ids, at, entry);
    }
    at = append(ids, at, question);
    ids[at] = mask;
    ids[at + 1] = end;
    return new EncodedPrompt(ids, at);
  }

  /**
   * Long pieces lose their middle: a title's first words and the rating or question mark behind it
   * both matter.
   */
  private long[] capped(String text, int tokens) {
    long[] ids = tokenizer.encode(text, false, false).getIds();
    if (ids.length <= tokens) {
      return ids;
    }
    int tail = 2;
    long[] cut = new long[tokens];
    System.arraycopy(ids, 0, cut, 0, tokens - tail);
    System.arraycopy(ids, ids.length - tail, cut, tokens - tail, tail);
    return cut;
  }

  private static int append(long[] ids, int at, long[] piece) {
    System.arraycopy(piece, 0, ids, at, piece.length);
    return at + piece.length;
  }

  private long single(String word) {
    Encoding encoding = tokenizer.encode(word, false, false);
    // A word the vocabulary lacks comes back as one unknown token.
    if (encoding.getIds().length != 1 || !encoding.getTokens()[0].equals(word)) {
      throw new EngineException(
          "the tokenizer has no token of its own for "
              + word
              + "; use a checkpoint of the BERT family whose vocabulary holds it");
    }
    return encoding.getIds()[0];
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
