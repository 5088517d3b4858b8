package io.lethe.engine;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a prompt becomes text. There are two wordings. One writes ratings as plain numbers. In the
 * other a rating stands as "liked" or "disliked", and how often the subject likes what they rate is
 * said once more in a word next to the question: on five stars a small encoder reads words far
 * better than numbers. The text is kept short, since a token costs time in every layer: a title's
 * year is left out. Its id is part of the recommender's digest, because another wording is another
 * recommender.
 *
 * <p>Examples: {@code rated: alien 9; cats 2; likes heat? [MASK]} and {@code rated: liked alien;
 * disliked cats; sometimes likes. likes heat? [MASK]}
 *
 * @param likedAbove a rating above it counts as liked; {@link Double#NaN} writes numbers
 * @param strategy which interactions are shown
 */
public record PromptTemplate(double likedAbove, PromptStrategy strategy) {
  /** The word that a yes is read from. */
  public static final String YES = "yes";

  /** The word that a no is read from. */
  public static final String NO = "no";

  /** For bases that nobody tuned yet: the middle of five stars. */
  static final PromptTemplate FIVE_STARS = new PromptTemplate(3);

  /** Ratings as plain numbers. */
  public static final PromptTemplate NUMBERS = new PromptTemplate(Double.NaN);

  private static final String NUMBERS_ID = "rated-likes/1";
  private static final String WORDING = "usually-likes/1";
  private static final String SHOWING = "+";
  private static final Pattern ID =
      Pattern.compile(
          "(?:"
              + Pattern.quote(NUMBERS_ID)
              + "|"
              + Pattern.quote(WORDING)
              + ">(-?\\d+(?:\\.\\d+)?))(?:"
              + Pattern.quote(SHOWING)
              + "(.+))?");
  private static final Pattern YEAR = Pattern.compile("\\s*\\(\\d{4}\\)\\s*$");

  public PromptTemplate {
    if (Double.isInfinite(likedAbove)) {
      throw new EngineException("likedAbove must be a finite rating; give the scale's middle");
    }
    if (Double.isNaN(likedAbove) && strategy.kind() == PromptStrategy.Kind.DEMONSTRATIONS) {
      throw new EngineException(
          "demonstrations answer yes or no, and prompts that write ratings as numbers do not tell"
              + " which; give likedAbove");
    }
  }

  /** The wording with the latest interactions. */
  public PromptTemplate(double likedAbove) {
    this(likedAbove, PromptStrategy.RECENT);
  }

  /** The template of that id; an id of another wording is an error that says to tune again. */
  public static PromptTemplate of(String id) {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches()) {
      throw new EngineException(
          "the recommender was tuned with prompt template "
              + id
              + ", but this engine writes "
              + NUMBERS_ID
              + " and "
              + WORDING
              + "; tune it again");
    }
    return new PromptTemplate(
        matcher.group(1) == null ? Double.NaN : Double.parseDouble(matcher.group(1)),
        matcher.group(2) == null ? PromptStrategy.RECENT : PromptStrategy.of(matcher.group(2)));
  }

  private boolean inNumbers() {
    return Double.isNaN(likedAbove);
  }

  /** Wording, threshold, and what is shown where that is more than the latest interactions. */
  public String id() {
    String wording =
        inNumbers()
            ? NUMBERS_ID
            : WORDING + ">" + BigDecimal.valueOf(likedAbove).stripTrailingZeros().toPlainString();
    return strategy.equals(PromptStrategy.RECENT) ? wording : wording + SHOWING + strategy.id();
  }

  /** What stands before the history. */
  public String opening(Prompt prompt) {
    String profile = prompt.profile();
    return profile == null || profile.isBlank() ? "rated:" : plain(profile) + ". rated:";
  }

  /** One entry of the history. */
  public String entry(Viewed viewed) {
    if (inNumbers()) {
      return title(viewed.title()) + " " + number(viewed.rating()) + ";";
    }
    return (liked(viewed) ? "liked " : "disliked ") + title(viewed.title()) + ";";
  }

  /** One interaction as a question that was answered. */
  public String demonstration(Viewed viewed) {
    return asked(viewed.title()) + " " + (liked(viewed) ? YES : NO) + ";";
  }

  /** The question; the answer is read from the mask token that follows it. */
  public String question(Prompt prompt) {
    String question = asked(prompt.target());
    return inNumbers() || prompt.history().isEmpty()
        ? question
        : frequency(prompt.history()) + " likes. " + question;
  }

  private static String asked(String title) {
    return "likes " + title(title) + "?";
  }

  /** The whole pool in words, whatever of it the strategy shows. */
  public String render(Prompt prompt) {
    List<String> pieces = new ArrayList<>(List.of(opening(prompt)));
    prompt.history().forEach(viewed -> pieces.add(entry(viewed)));
    pieces.add(question(prompt));
    pieces.add("[MASK]");
    return String.join(" ", pieces);
  }

  private static String number(double rating) {
    return rating == Math.rint(rating)
        ? Long.toString((long) rating)
        : String.format(Locale.ROOT, "%.1f", rating);
  }

  private boolean liked(Viewed viewed) {
    return viewed.rating() > likedAbove;
  }

  private String frequency(List<Viewed> history) {
    double share = history.stream().filter(this::liked).count() / (double) history.size();
    if (share == 0) {
      return "never";
    }
    if (share < 0.3) {
      return "rarely";
    }
    if (share < 0.6) {
      return "sometimes";
    }
    return share < 0.9 ? "usually" : "always";
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
