package io.lethe.intake.domain;

import java.util.Locale;
import java.util.regex.Pattern;

/** Shapes of the plain values that both doors take. */
public final class Shapes {
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._-]{0,64}");

  private Shapes() {}

  /**
   * A request id in lower case, so that two ways to write one UUID are one request.
   *
   * @throws RefusedException when the text is not a UUID
   */
  public static String requestId(String text) {
    if (!UUID_TEXT.matcher(text).matches()) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          "requestId",
          "requestId has "
              + text.length()
              + " characters that form no UUID; send one such as"
              + " 3f2c8a5e-6d0b-4f3a-9a51-0c4f6f1d7b21.");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /**
   * The name of an account system.
   *
   * @throws RefusedException when it is not at most 64 letters, digits, dots, hyphens or
   *     underscores
   */
  public static String source(String text) {
    if (!isSource(text)) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          "source",
          "source has "
              + text.length()
              + " characters; send at most 64 letters, digits, dots, hyphens or underscores.");
    }
    return text;
  }

  /** Whether the text can name an account system. */
  public static boolean isSource(String text) {
    return SOURCE.matcher(text).matches();
  }
}
