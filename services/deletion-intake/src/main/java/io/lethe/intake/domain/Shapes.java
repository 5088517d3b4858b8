package io.lethe.intake.domain;

import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** Shapes of the plain values that both doors take. */
public final class Shapes {
  private static final int UUID_CHARACTERS = 36;
  private static final String UUID_HYPHENS = "00000000-0000-0000-0000-000000000000";
  private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._-]{0,64}");

  private Shapes() {}

  /**
   * A request id in lower case, so that two ways to write one UUID are one request.
   *
   * @throws RefusedException when the text is not a UUID
   */
  public static String requestId(String text) {
    if (!isUuid(text)) {
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

  /** Asked of every request, hence no regular expression. */
  private static boolean isUuid(String text) {
    if (text.length() != UUID_CHARACTERS) {
      return false;
    }
    for (int index = 0; index < UUID_CHARACTERS; index++) {
      char one = text.charAt(index);
      if (UUID_HYPHENS.charAt(index) == '-' ? one != '-' : !HexFormat.isHexDigit(one)) {
        return false;
      }
    }
    return true;
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
