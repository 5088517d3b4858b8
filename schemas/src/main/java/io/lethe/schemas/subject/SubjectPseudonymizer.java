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
import java.util.List;
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

  /** Each earlier key costs every look-up another hash, and every request another pseudonym. */
  private static final int KEYS_MAX = 8;

  private final List<SecretKey> keys;

  /**
   * Pseudonymizes with this key.
   *
   * @param key at least 32 random bytes; copied
   * @throws IllegalArgumentException when the key is shorter
   */
  public SubjectPseudonymizer(byte[] key) {
    this(List.of(key));
  }

  /**
   * Pseudonymizes with the first key; knows the pseudonyms that the others made before it.
   *
   * @param keys the current key, then earlier ones under whose pseudonyms data may still lie; each
   *     at least 32 random bytes; copied
   * @throws IllegalArgumentException when there is none, there are more than 8, one is shorter, or
   *     one is there twice
   */
  public SubjectPseudonymizer(List<byte[]> keys) {
    if (keys.isEmpty() || keys.size() > KEYS_MAX) {
      throw new IllegalArgumentException(
          "There must be 1 to "
              + KEYS_MAX
              + " pseudonym keys, there are "
              + keys.size()
              + "; retire those under whose pseudonyms no data is left.");
    }
    for (byte[] key : keys) {
      if (key.length < KEY_BYTES_MIN) {
        throw new IllegalArgumentException(
            "The pseudonym key must have at least "
                + KEY_BYTES_MIN
                + " bytes, this one has "
                + key.length
                + "; make one with: openssl rand -base64 32");
      }
    }
    this.keys = keys.stream().<SecretKey>map(key -> new SecretKeySpec(key, ALGORITHM)).toList();
    if (Set.copyOf(this.keys).size() < keys.size()) {
      throw new IllegalArgumentException(
          "A pseudonym key is there twice; a rotation needs a new one: openssl rand -base64 32");
    }
  }

  /**
   * Reads the keys from a text file that holds each in Base64 on a line of its own, the current one
   * first, and that only its owner may read.
   *
   * @throws IllegalArgumentException when others may read the file, or a line of it is no Base64
   *     text of 32 bytes or more
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
          Files.readString(file, StandardCharsets.US_ASCII)
              .strip()
              .lines()
              .map(line -> decode(file, line))
              .toList());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(
          "Cannot read the pseudonym key file "
              + file
              + "; set lethe.pseudonym-key-file, or make one with: (umask 077; openssl rand -base64"
              + " 32 > "
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
   * UTF-8 bytes, under the current key.
   *
   * @return 52 characters of a-z and 2-7
   * @throws IllegalArgumentException when the account id is empty
   */
  public String subjectRef(String accountId) {
    return subjectRef(keys.get(0), accountId);
  }

  /**
   * All pseudonyms under which data of the account may lie: the current one, then those of earlier
   * keys.
   *
   * @throws IllegalArgumentException when the account id is empty
   */
  public List<String> subjectRefs(String accountId) {
    return keys.stream().map(key -> subjectRef(key, accountId)).toList();
  }

  /**
   * A name for each key, in their order: 52 characters that follow from the key and tell nothing of
   * it.
   */
  public List<String> keyIds() {
    // No account id begins with a control character that account systems do not let in.
    return subjectRefs("\u0000key-id");
  }

  private static String subjectRef(SecretKey key, String accountId) {
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
