package io.lethe.schemas.subject;

import com.google.common.io.BaseEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns account ids into pseudonyms that only the holder of the key can link to a person. Safe for
 * use by many threads.
 */
public final class SubjectPseudonymizer {
  private static final String ALGORITHM = "HmacSHA256";

  /** A key shorter than the hash would weaken it. */
  private static final int KEY_BYTES_MIN = 32;

  private static final BaseEncoding BASE32 = BaseEncoding.base32().lowerCase().omitPadding();

  /** Base32 digits of 256 bits. */
  private static final int SUBJECT_REF_CHARACTERS = 52;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final SecretKey key;

  /**
   * Pseudonymizes with this key.
   *
   * @param key at least 32 random bytes; copied
   * @throws IllegalArgumentException when the key is shorter
   */
  public SubjectPseudonymizer(byte[] key) {
    if (key.length < KEY_BYTES_MIN) {
      throw new IllegalArgumentException(
          "The pseudonym key must have at least "
              + KEY_BYTES_MIN
              + " bytes, this one has "
              + key.length
              + "; make one with: openssl rand -base64 32");
    }
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /**
   * Reads the key from a text file that holds it in Base64 and that only its owner may read.
   *
   * @throws IllegalArgumentException when others may read the file, or it holds no Base64 text of
   *     32 bytes or more
   * @throws UncheckedIOException when the file cannot be read
   */
  public static SubjectPseudonymizer fromKeyFile(Path file) {
    try {
      if (Files.getFileStore(file).supportsFileAttributeView("posix")
          && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
        throw new IllegalArgumentException(
            "The pseudonym key file "
                + file
                + " is open to others; close it with: chmod 600 "
                + file);
      }
      return new SubjectPseudonymizer(
          decode(file, Files.readString(file, StandardCharsets.US_ASCII)));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(
          "Cannot read the pseudonym key file "
              + file
              + "; set lethe.pseudonym-key-file, or make one with: (umask 077; openssl rand -base64 32 > "
              + file
              + ")",
          unreadable);
    }
  }

  private static byte[] decode(Path file, String text) {
    try {
      return Base64.getDecoder().decode(text.strip());
    } catch (IllegalArgumentException notBase64) {
      // The decoder's message quotes a character of the key, so it is not passed on.
      throw new IllegalArgumentException(
          "The pseudonym key file "
              + file
              + " does not hold Base64 text; make one with: openssl rand -base64 32");
    }
  }

  /**
   * The pseudonym of an account: base32 (RFC 4648, lower case, no padding) of HMAC-SHA256 over its
   * UTF-8 bytes.
   *
   * @return 52 characters of a-z and 2-7
   * @throws IllegalArgumentException when the account id is empty
   */
  public String subjectRef(String accountId) {
    if (accountId.isEmpty()) {
      throw new IllegalArgumentException("accountId must not be empty.");
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return BASE32.encode(mac.doFinal(accountId.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(
          "Every Java runtime has " + ALGORITHM + "; this one does not.", impossible);
    }
  }

  /** True when the text has the shape of a subjectRef: 52 characters of a-z and 2-7. */
  public static boolean isSubjectRef(String text) {
    if (text == null || text.length() != SUBJECT_REF_CHARACTERS) {
      return false;
    }
    // Asked of every record: a regular expression would cost a tenth of taking it.
    for (int index = 0; index < SUBJECT_REF_CHARACTERS; index++) {
      char one = text.charAt(index);
      if (!(one >= 'a' && one <= 'z' || one >= '2' && one <= '7')) {
        return false;
      }
    }
    return true;
  }
}
