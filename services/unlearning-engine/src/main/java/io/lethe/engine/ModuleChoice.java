package io.lethe.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Modules of a model chosen as PEFT chooses them: by a list of whole names or ends of names, or by
 * one regular expression over whole names.
 *
 * @param names whole names, or what stands behind a dot in them; empty where an expression chooses
 * @param expression or null where names choose
 */
public record ModuleChoice(List<String> names, Pattern expression) {
  /** Longest expression; one that needs more says the same shorter as a list. */
  static final int EXPRESSION_LENGTH_MAX = 1000;

  /** Longest name that an expression is tried on; those of real models have some 60 characters. */
  private static final int NAME_LENGTH_MAX = 1000;

  private static final String EVERY_PROJECTION = "all-linear";

  public ModuleChoice {
    names = List.copyOf(names);
  }

  public static ModuleChoice ofNames(List<String> names) {
    return new ModuleChoice(names, null);
  }

  /** By a regular expression that must match a name as a whole. */
  public static ModuleChoice matching(String expression) {
    if (expression.length() > EXPRESSION_LENGTH_MAX) {
      throw new EngineException(
          "the expression for modules is longer than "
              + EXPRESSION_LENGTH_MAX
              + " characters; give a list of names");
    }
    try {
      return new ModuleChoice(List.of(), Pattern.compile(expression));
    } catch (PatternSyntaxException e) {
      throw new EngineException(
          "the expression for modules is not a regular expression here; give a list of names", e);
    }
  }

  static ModuleChoice none() {
    return ofNames(List.of());
  }

  /** As adapter_config.json writes it: absent, a list, an expression or the word for all. */
  static ModuleChoice read(JsonNode field) {
    if (field.isTextual()) {
      boolean every = field.asText().equals(EVERY_PROJECTION);
      return matching(every ? ".*" : field.asText());
    }
    List<String> names = new ArrayList<>();
    field.forEach(name -> names.add(name.asText()));
    return ofNames(names);
  }

  public boolean has(String module) {
    if (expression != null) {
      return matches(module);
    }
    return names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
  }

  private boolean matches(String module) {
    if (module.length() > NAME_LENGTH_MAX) {
      throw BoundedText.tooCostly();
    }
    try {
      return expression.matcher(new BoundedText(module)).matches();
    } catch (StackOverflowError tooDeep) {
      throw BoundedText.tooCostly();
    }
  }

  /**
   * A text that may be looked at only so often. An expression comes with an adapter from anywhere,
   * and one of twenty characters can try a name in more ways than a machine finishes in a year.
   */
  private static final class BoundedText implements CharSequence {
    private static final int LOOKS_MAX = 100_000;

    private final String text;
    private int looks;

    BoundedText(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++looks > LOOKS_MAX) {
        throw tooCostly();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    static EngineException tooCostly() {
      return new EngineException(
          "the expression for modules takes too long to match a name; give a list of names");
    }
  }
}
