package io.lethe.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which of a subject's earlier interactions a prompt shows, and as what. It is a part of the
 * recommender, like the wording: whoever tunes, serves, unlearns or audits hands over the same pool
 * of interactions, and the recommender chooses from it. So nothing can be shown that the pool does
 * not hold, and a recommender is never asked otherwise than it was tuned.
 *
 * <p>{@link Kind#SIMILAR} is ReLLa's semantic behaviour retrieval (Lin et al., 2023), {@link
 * Kind#DEMONSTRATIONS} the in-context form of RecICL (Bao et al., 2024), both shortened to what a
 * small encoder reads.
 *
 * @param kind how the pool is used
 * @param count interactions shown by {@link Kind#SIMILAR}, demonstrations of {@link
 *     Kind#DEMONSTRATIONS}; 0 where the kind needs none
 */
public record PromptStrategy(Kind kind, int count) {
  /** What is done with the pool. */
  public enum Kind {
    /** The latest interactions, as many as the text has room for. */
    RECENT,
    /** Those nearest in meaning to the item asked about, oldest first. */
    SIMILAR,
    /** The latest ones as questions that were answered, the earlier ones as history. */
    DEMONSTRATIONS
  }

  /**
   * One interaction as it is shown.
   *
   * @param demonstration true for a question with its answer, false for an entry of the history
   */
  public record Shown(Viewed viewed, boolean demonstration) {}

  /** The latest interactions. */
  public static final PromptStrategy RECENT = new PromptStrategy(Kind.RECENT, 0);

  private static final Pattern ID = Pattern.compile("(recent|(similar|demonstrations):(\\d{1,4}))");

  public PromptStrategy {
    if ((kind == Kind.RECENT) != (count == 0) || count < 0) {
      throw new EngineException(
          "a prompt strategy of kind "
              + name(kind)
              + " takes "
              + (kind == Kind.RECENT ? "no number" : "a number of at least 1")
              + "; give recent, similar:10 or demonstrations:2");
    }
  }

  /** Of {@code recent}, {@code similar:K} or {@code demonstrations:N}. */
  @JsonCreator
  public static PromptStrategy of(String id) {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches()) {
      throw new EngineException(
          "no prompt strategy is called " + id + "; give recent, similar:10 or demonstrations:2");
    }
    return matcher.group(2) == null
        ? RECENT
        : new PromptStrategy(
            Kind.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)),
            Integer.parseInt(matcher.group(3)));
  }

  /** What {@link #of} reads. */
  @JsonValue
  public String id() {
    return kind == Kind.RECENT ? name(kind) : name(kind) + ":" + count;
  }

  /** Whether it asks how near titles are to each other. */
  public boolean comparesTitles() {
    return kind == Kind.SIMILAR;
  }

  /**
   * What a prompt shows, in the order of its text; where that grows too long, the first ones go.
   *
   * @param pool a subject's interactions, oldest first
   * @param nearness to the item asked about, by title; called only where titles are compared
   */
  public List<Shown> shown(List<Viewed> pool, ToDoubleFunction<String> nearness) {
    return switch (kind) {
      case RECENT -> pool.stream().map(viewed -> new Shown(viewed, false)).toList();
      case SIMILAR -> nearest(pool, nearness);
      case DEMONSTRATIONS -> {
        List<Shown> shown = new ArrayList<>(pool.size());
        for (int place = 0; place < pool.size(); place++) {
          shown.add(new Shown(pool.get(place), place >= pool.size() - count));
        }
        yield shown;
      }
    };
  }

  private List<Shown> nearest(List<Viewed> pool, ToDoubleFunction<String> nearness) {
    double[] near =
        pool.stream().mapToDouble(viewed -> nearness.applyAsDouble(viewed.title())).toArray();
    return IntStream.range(0, pool.size())
        .boxed()
        // Of two equally near the later one.
        .sorted(
            Comparator.<Integer>comparingDouble(place -> -near[place])
                .thenComparing(Comparator.reverseOrder()))
        .limit(count)
        .sorted()
        .map(place -> new Shown(pool.get(place), false))
        .toList();
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
