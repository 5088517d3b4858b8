package io.lethe.cli.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.cli.ExitCode;
import io.lethe.cli.RecordingConsole;
import io.lethe.cli.dev.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCommandTest {
  private final RecordingConsole console = new RecordingConsole();

  @TempDir private Path folder;

  @Test
  void shouldSignATokenThatThePublicKeyVerifies() throws Exception {
    int exitCode =
        console.run(
            "token",
            "--role",
            "erasure-auditor",
            "--name",
            "anna",
            "--data-dir",
            folder.toString());
    assertThat(exitCode).isEqualTo(ExitCode.OK);

    byte[] encoded = Base64.getDecoder().decode(key().publicKey());
    JwtClaims claims =
        new JwtConsumerBuilder()
            .setVerificationKey(
                KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded)))
            .setExpectedAudience("lethe")
            .setRequireExpirationTime()
            .setEvaluationTime(
                NumericDate.fromSeconds(RecordingConsole.CLOCK.instant().getEpochSecond()))
            .build()
            .processToClaims(console.out());
    assertThat(claims.getStringClaimValue("upn")).isEqualTo("anna");
    assertThat(claims.getStringListClaimValue("groups")).containsExactly("erasure-auditor");
    assertThat(claims.getExpirationTime().getValue() - claims.getIssuedAt().getValue())
        .isEqualTo(Duration.ofMinutes(15).toSeconds());
  }

  @Test
  void shouldKeepOneKeyThatOnlyItsOwnerMayRead() throws Exception {
    String first = key().publicKey();
    assertThat(key().publicKey()).isEqualTo(first);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile())))
        .isEqualTo("rw-------");
    try (var files = Files.list(folder)) {
      assertThat(files.toList()).isEqualTo(List.of(keyFile()));
    }
  }

  @Test
  void shouldSayHowToReplaceAKeyThatIsNone() throws Exception {
    Files.writeString(keyFile(), "no key");
    assertThat(console.run("token", "--role", "erasure-auditor", "--data-dir", folder.toString()))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("remove it and start the stack again");
  }

  @Test
  void shouldRefuseARoleThatDoesNotExist() {
    assertThat(console.run("token", "--role", "root", "--data-dir", folder.toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(console.err()).contains("erasure-producer, erasure-auditor");
  }

  @Test
  void shouldRefuseATokenForLongerThanADay() {
    assertThat(
            console.run(
                "token",
                "--role",
                "erasure-auditor",
                "--valid-for",
                "PT24H",
                "--data-dir",
                folder.toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(console.err()).contains("12 hours");
  }

  private AccessKey key() {
    return AccessKey.openOrCreate(new DataDirectory(folder));
  }

  private Path keyFile() {
    return new DataDirectory(folder).accessKeyFile();
  }
}
