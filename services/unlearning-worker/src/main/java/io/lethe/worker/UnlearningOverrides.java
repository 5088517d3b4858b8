package io.lethe.worker;

import io.lethe.engine.UnlearningSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Puts the keys below {@code lethe.unlearning} over the engine's defaults. The keys are the
 * components of {@link UnlearningSettings} themselves, so a setting that the engine gains is
 * configurable at once.
 */
final class UnlearningOverrides {
  private static final String PREFIX = "lethe.unlearning.";

  private UnlearningOverrides() {}

  /**
   * The engine's defaults with the given values in their places.
   *
   * @param overrides values by hyphenated component name
   * @throws IllegalArgumentException naming the key and the remedy when a key is unknown or its
   *     value is of the wrong shape
   */
  static UnlearningSettings apply(Map<String, String> overrides) {
    RecordComponent[] components = UnlearningSettings.class.getRecordComponents();
    Map<String, RecordComponent> byKey =
        Arrays.stream(components)
            .collect(Collectors.toMap(component -> key(component), component -> component));
    for (String key : overrides.keySet()) {
      if (!byKey.containsKey(key)) {
        throw new IllegalArgumentException(
            PREFIX
                + key
                + " is no setting of the engine; use one of "
                + new TreeSet<>(byKey.keySet()));
      }
    }
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    try {
      for (int i = 0; i < components.length; i++) {
        String text = overrides.get(key(components[i]));
        types[i] = components[i].getType();
        values[i] =
            text == null
                ? components[i].getAccessor().invoke(UnlearningSettings.defaults())
                : parse(key(components[i]), text.strip(), types[i]);
      }
      return UnlearningSettings.class.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException refused) {
      throw new IllegalArgumentException(
          PREFIX + "* : " + refused.getCause().getMessage(), refused.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("UnlearningSettings is no public record any more", e);
    }
  }

  private static Object parse(String key, String text, Class<?> type) {
    try {
      if (type == int.class) {
        return Integer.parseInt(text);
      }
      if (type == double.class) {
        return Double.parseDouble(text);
      }
      if (type == boolean.class) {
        return Boolean.parseBoolean(text);
      }
      if (type == List.class) {
        return Arrays.stream(text.split(",")).map(String::strip).toList();
      }
      return text;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          PREFIX
              + key
              + " must be "
              + (type == int.class ? "a whole number" : "a number")
              + ", but is "
              + text.length()
              + " characters of something else",
          e);
    }
  }

  private static String key(RecordComponent component) {
    return component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
