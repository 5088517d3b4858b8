package io.lethe.schemas;

/**
 * The key of interaction.recorded: {@code subjectRef/itemId}. A subjectRef never holds a slash; an
 * itemId may.
 */
public final class InteractionKey {
  private static final char SEPARATOR = '/';

  private InteractionKey() {}

  /**
   * The key of one person's rating of one item.
   *
   * @throws IllegalArgumentException when a part is empty or the subjectRef holds a slash
   */
  public static String of(String subjectRef, String itemId) {
    if (subjectRef.isEmpty() || subjectRef.indexOf(SEPARATOR) >= 0) {
      throw new IllegalArgumentException(
          "subjectRef must be a non-empty pseudonym without '/'; got "
              + subjectRef.length()
              + " characters.");
    }
    if (itemId.isEmpty()) {
      throw new IllegalArgumentException("itemId must not be empty.");
    }
    return subjectRef + SEPARATOR + itemId;
  }

  /** The subjectRef of a key. */
  public static String subjectRef(String key) {
    return key.substring(0, separatorOf(key));
  }

  /** The itemId of a key. */
  public static String itemId(String key) {
    return key.substring(separatorOf(key) + 1);
  }

  private static int separatorOf(String key) {
    int separator = key.indexOf(SEPARATOR);
    if (separator < 1 || separator == key.length() - 1) {
      throw new IllegalArgumentException(
          "The key of interaction.recorded must be subjectRef/itemId; got "
              + key.length()
              + " characters"
              + (separator < 0 ? " without '/'." : " with an empty part."));
    }
    return separator;
  }
}
