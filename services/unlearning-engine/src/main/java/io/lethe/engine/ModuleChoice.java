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
      return expression.matcher(module).matches();
    }
    return names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
  }
}
