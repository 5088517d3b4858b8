package io.lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher script in a made-up repository with a fake java and a fake mvn. */
class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "dirname",
          "readlink",
          "sed",
          "head",
          "find",
          "mkdir",
          "touch",
          "mv",
          "flock",
          "grep",
          "tail",
          "cat");
  private static final String JAR = "services/operator-cli/target/operator-cli.jar";
  private static final String SERVICE_JAR =
      "services/erasure-ledger/target/quarkus-app/quarkus-run.jar";
  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir private Path folder;
  private Path home;
  private Path bin;

  private record Outcome(int exitCode, String out, String err) {}

  @BeforeEach
  void makeRepository() throws IOException {
    home = Files.createDirectories(folder.resolve("repository")).toRealPath();
    bin = Files.createDirectories(folder.resolve("bin"));
    for (String tool : TOOLS) {
      Path real = Path.of("/usr/bin", tool);
      if (Files.exists(real)) {
        Files.createSymbolicLink(bin.resolve(tool), real);
      }
    }
    Files.copy(Path.of("../../lethe"), home.resolve("lethe"));
    Files.setPosixFilePermissions(
        home.resolve("lethe"), PosixFilePermissions.fromString("rwxr-xr-x"));
    old(write(home.resolve("pom.xml"), "<project/>"));
    old(write(home.resolve("schemas/pom.xml"), "<project/>"));
    old(write(home.resolve("services/erasure-ledger/src/main/java/A.java"), "class A {}"));
    script(
        bin.resolve("mvn"),
        "echo called >> " + folder.resolve("mvn.calls"),
        "mkdir -p services/operator-cli/target/lib services/operator-cli/target/registry"
            + " services/erasure-ledger/target/quarkus-app",
        "touch " + JAR + " " + SERVICE_JAR);
  }

  @Test
  void shouldSayWhatIsMissingWhenThereIsNoJava() throws Exception {
    Outcome outcome = run(Map.of());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("lethe: needs a JDK 17 or later, and found none: neither JAVA_HOME nor PATH")
        .endsWith(
            "install one (Debian: apt install openjdk-17-jdk) and set JAVA_HOME to its folder.");
  }

  @Test
  void shouldPassOverAJavaThatIsTooOld() throws Exception {
    Path old = jdk("old", "1.8.0_392");
    Outcome alone = run(Map.of("JAVA_HOME", old.toString()));
    assertThat(alone.exitCode()).isEqualTo(1);
    assertThat(alone.err()).contains(old + "/bin/java is version 8;");

    Files.createSymbolicLink(bin.resolve("java"), jdk("new", "17.0.15").resolve("bin/java"));
    Outcome both = run(Map.of("JAVA_HOME", old.toString()), "--help");
    assertThat(both.exitCode()).isZero();
    assertThat(both.out()).contains("java of new", "JAVA_HOME=" + folder.resolve("new"));
  }

  @Test
  void shouldBuildOnceAndAgainOnlyWhenASourceIsNewer() throws Exception {
    Map<String, String> java = Map.of("JAVA_HOME", jdk("new", "25").toString());
    Outcome first = run(java, "--help");
    assertThat(first.exitCode()).isZero();
    assertThat(first.err()).startsWith("lethe: building").contains("done in");
    assertThat(run(java, "--help").err()).isEmpty();
    assertThat(builds()).isEqualTo(1);

    Files.setLastModifiedTime(
        home.resolve("services/erasure-ledger/src/main/java/A.java"),
        FileTime.from(Files.getLastModifiedTime(home.resolve(JAR)).toInstant().plusSeconds(60)));
    run(java, "--help");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void shouldNotBuildWhatMavenBuiltBefore() throws Exception {
    for (String target : List.of(JAR, SERVICE_JAR)) {
      write(home.resolve(target), "");
    }
    Files.createDirectories(home.resolve("services/operator-cli/target/lib"));
    Files.createDirectories(home.resolve("services/operator-cli/target/registry"));
    Outcome outcome = run(Map.of("JAVA_HOME", jdk("new", "21.0.1").toString()), "--help");
    assertThat(outcome.exitCode()).isZero();
    assertThat(builds()).isZero();
  }

  @Test
  void shouldShowTheErrorsOfABuildThatFails() throws Exception {
    script(bin.resolve("mvn"), "echo '[ERROR] A.java is broken'", "exit 1");
    Outcome outcome = run(Map.of("JAVA_HOME", jdk("new", "17").toString()), "--help");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("[ERROR] A.java is broken")
        .contains("the whole output is in " + home.resolve("target/launcher-build.log"));
  }

  @Test
  void shouldSayThatMavenIsMissing() throws Exception {
    Files.delete(bin.resolve("mvn"));
    Outcome outcome = run(Map.of("JAVA_HOME", jdk("new", "17").toString()), "--help");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("mvn is not on PATH: install Maven 3.8.7 or later");
  }

  @Test
  void shouldWorkThroughASymbolicLinkFromAnyFolderAndPassArgumentsOn() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("repository/lethe"));
    Outcome outcome =
        run(link, Map.of("JAVA_HOME", jdk("new", "17").toString()), "submit", "--subject", "a b");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .contains("-Dlethe.home=" + home, "OMP_WAIT_POLICY=PASSIVE")
        .endsWith("[io.lethe.cli.Main][submit][--subject][a b]");
  }

  private Path jdk(String name, String version) throws IOException {
    Path jdk = folder.resolve(name);
    script(
        jdk.resolve("bin/java"),
        "if [ \"$1\" = -version ]; then echo 'openjdk version \"" + version + "\"' >&2; exit; fi",
        "echo java of " + name,
        "echo JAVA_HOME=$JAVA_HOME OMP_WAIT_POLICY=$OMP_WAIT_POLICY",
        "printf '[%s]' \"$@\"");
    return jdk;
  }

  private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
    return run(home.resolve("lethe"), environment, arguments);
  }

  private Outcome run(Path script, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command =
        new ArrayList<>(List.of(bin.resolve("bash").toString(), script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().putAll(environment);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(Duration.ofSeconds(60).toSeconds(), TimeUnit.SECONDS)).isTrue();
    return new Outcome(
        process.exitValue(), Files.readString(out).strip(), Files.readString(err).strip());
  }

  private long builds() throws IOException {
    Path calls = folder.resolve("mvn.calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  private static void script(Path file, String... lines) throws IOException {
    write(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void old(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
  }
}
