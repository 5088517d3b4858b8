package io.lethe.engine;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How a prompt becomes text. The text is kept short, since a token costs time in every layer: a
 * title's year is left out and ratings stand as plain numbers. Its id is part of the recommender's
 * digest, because another wording is another recommender.
 *
 * <p>Example: {@code rated: alien 9; cats 2; ... likes heat? [MASK]}
 */
public final class PromptTemplate {
  public static final String ID = "rated-likes/1";

  /** The word that a yes is read from. */
  public static final String YES = "yes";

  /** The word that a no is read from. */
  public static final String NO = "no";

  private static final Pattern YEAR = Pattern.compile("\\s*\\(\\d{4}\\)\\s*$");

  private PromptTemplate() {}

  /** What stands before the history. */
  public static String opening(Prompt prompt) {
    String profile = prompt.profile();
    return profile == null || profile.isBlank() ? "rated:" : plain(profile) + ". rated:";
  }

  /** One entry of the history. */
  public static String entry(Viewed viewed) {
    double rating = viewed.rating();
    String number =
        rating == Math.rint(rating)
            ? Long.toString((long) rating)
            : String.format(Locale.ROOT, "%.1f", rating);
    return title(viewed.title()) + " " + number + ";";
  }

  /** The question; the answer is read from the mask token that follows it. */
  public static String question(Prompt prompt) {
    return "likes " + title(prompt.target()) + "?";
  }

  /** The whole text as people may read it. */
  public static String render(Prompt prompt) {
    List<String> entries = prompt.history().stream().map(PromptTemplate::entry).toList();
    return opening(prompt) + " " + String.join(" ", entries) + " " + question(prompt) + " [MASK]";
  }

  private static String title(String title) {
    String bare = plain(YEAR.matcher(title).replaceFirst(""));
    return bare.isBlank() ? plain(title) : bare;
  }

  /** Brackets could spell the tokenizer's own marks, so that a title might answer for itself. */
  private static String plain(String text) {
    return text.replace('[', '(').replace(']', ')').strip();
  }
}
