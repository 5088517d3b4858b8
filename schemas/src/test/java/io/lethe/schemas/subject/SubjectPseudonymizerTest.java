package io.lethe.schemas.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectPseudonymizerTest {
  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;

  /** The vectors of RFC 4648 section 10, in lower case and without padding. */
  @ParameterizedTest
  @CsvSource({
    "f, my",
    "fo, mzxq",
    "foo, mzxw6",
    "foob, mzxw6yq",
    "fooba, mzxw6ytb",
    "foobar, mzxw6ytboi"
  })
  void shouldEncodeAsRfc4648Says(String text, String encoded) throws Exception {
    Field base32 = SubjectPseudonymizer.class.getDeclaredField("BASE32");
    base32.setAccessible(true);
    com.google.common.io.BaseEncoding encoding =
        (com.google.common.io.BaseEncoding) base32.get(null);
    assertThat(encoding.encode(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(encoded);
  }

  /** RFC 4231 test case 6: its 131-byte key is the only one there that is long enough for us. */
  @Test
  void shouldUseHmacSha256AsRfc4231Says() {
    byte[] key = new byte[131];
    Arrays.fill(key, (byte) 0xaa);
    String subjectRef =
        new SubjectPseudonymizer(key)
            .subjectRef("Test Using Larger Than Block-Size Key - Hash Key First");
    byte[] mac =
        com.google.common.io.BaseEncoding.base32().lowerCase().omitPadding().decode(subjectRef);
    assertThat(HexFormat.of().formatHex(mac))
        .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  }

  @Test
  void shouldGiveTheSamePseudonymForTheSameAccountAndKeyAlone() {
    SubjectPseudonymizer pseudonymizer = new SubjectPseudonymizer(KEY);
    String subjectRef = pseudonymizer.subjectRef("alice@example.org");
    assertThat(new SubjectPseudonymizer(KEY.clone()).subjectRef("alice@example.org"))
        .isEqualTo(subjectRef);
    assertThat(pseudonymizer.subjectRef("bob@example.org")).isNotEqualTo(subjectRef);
    byte[] other = KEY.clone();
    other[0]++;
    assertThat(new SubjectPseudonymizer(other).subjectRef("alice@example.org"))
        .isNotEqualTo(subjectRef);
  }

  @Test
  void shouldMakePseudonymsOfOneShape() {
    SubjectPseudonymizer pseudonymizer = new SubjectPseudonymizer(KEY);
    assertThat(pseudonymizer.subjectRef("x")).matches("[a-z2-7]{52}");
    assertThat(SubjectPseudonymizer.isSubjectRef(pseudonymizer.subjectRef("Ünïcødé"))).isTrue();
    assertThat(SubjectPseudonymizer.isSubjectRef("alice@example.org")).isFalse();
    assertThat(SubjectPseudonymizer.isSubjectRef(null)).isFalse();
  }

  @Test
  void shouldRefuseAShortKeyAndAnEmptyAccount() {
    assertThatThrownBy(() -> new SubjectPseudonymizer(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 32 bytes, this one has 31")
        .hasMessageContaining("openssl rand -base64 32");
    assertThatThrownBy(() -> new SubjectPseudonymizer(KEY).subjectRef(""))
        .hasMessageContaining("accountId");
  }

  @Test
  void shouldReadItsKeyFromAFileOfItsOwner() throws IOException {
    Path file = keyFile(Base64.getEncoder().encodeToString(KEY) + "\n", "rw-------");
    assertThat(SubjectPseudonymizer.fromKeyFile(file).subjectRef("alice"))
        .isEqualTo(new SubjectPseudonymizer(KEY).subjectRef("alice"));
  }

  @Test
  void shouldRefuseAKeyFileThatOthersMayRead() throws IOException {
    Path file = keyFile(Base64.getEncoder().encodeToString(KEY), "rw-r-----");
    assertThatThrownBy(() -> SubjectPseudonymizer.fromKeyFile(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chmod 600 " + file);
  }

  @Test
  void shouldRefuseAKeyFileWithoutBase64AndNotQuoteIt() throws IOException {
    Path file = keyFile("not base64: s3cr3t!", "rw-------");
    assertThatThrownBy(() -> SubjectPseudonymizer.fromKeyFile(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not hold Base64 text")
        .hasMessageNotContaining("s3cr3t")
        .hasNoCause();
  }

  @Test
  void shouldSayHowToMakeAMissingKeyFile() {
    assertThatThrownBy(() -> SubjectPseudonymizer.fromKeyFile(folder.resolve("absent")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("lethe.pseudonym-key-file")
        .hasMessageContaining("umask 077");
  }

  private Path keyFile(String text, String permissions) throws IOException {
    Path file = folder.resolve("pseudonym.key");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }

  @Test
  void shouldPseudonymizeUnderTheFirstKeyOfTheFileAndKnowTheOthers(@TempDir Path folder)
      throws IOException {
    byte[] current = random(32, 1);
    byte[] earlier = random(32, 2);
    Path file = folder.resolve("keys");
    Files.writeString(
        file,
        Base64.getEncoder().encodeToString(current)
            + "\n"
            + Base64.getEncoder().encodeToString(earlier)
            + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    SubjectPseudonymizer rotated = SubjectPseudonymizer.fromKeyFile(file);
    String now = new SubjectPseudonymizer(current).subjectRef("anna");
    String before = new SubjectPseudonymizer(earlier).subjectRef("anna");
    assertThat(rotated.subjectRef("anna")).isEqualTo(now);
    assertThat(rotated.subjectRefs("anna")).containsExactly(now, before);
    assertThat(rotated.keyIds())
        .hasSize(2)
        .doesNotHaveDuplicates()
        .endsWith(new SubjectPseudonymizer(earlier).keyIds().get(0));
  }

  @Test
  void shouldRefuseTheSameKeyTwiceAndMoreThanEight() {
    assertThatThrownBy(() -> new SubjectPseudonymizer(List.of(random(32, 1), random(32, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
    List<byte[]> nine =
        java.util.stream.IntStream.range(0, 9).mapToObj(seed -> random(32, seed)).toList();
    assertThatThrownBy(() -> new SubjectPseudonymizer(nine))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9");
  }

  private static byte[] random(int bytes, int seed) {
    byte[] key = new byte[bytes];
    new java.util.Random(seed).nextBytes(key);
    return key;
  }
}
