package io.lethe.ledger.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console as it is served is committed, so that nobody needs a front-end tool to build the
 * ledger. Here it is bundled again, by esbuild and with Preact from Maven Central, and compared.
 */
class ConsoleBundleTest {
  private static final Path SOURCES = Path.of("src", "main", "web");
  private static final Path SERVED =
      Path.of("src", "main", "resources", "META-INF", "resources", "console");
  private static final String ESBUILD = "META-INF/resources/_static/linux-x64/0.25.10/bin/esbuild";
  private static final String PREACT = "META-INF/resources/webjars/preact/10.28.0";
  private static final String REMEDY =
      "write it anew with: mvn -pl services/erasure-ledger -am test -Dtest=ConsoleBundleTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dconsole.write=true";

  @TempDir Path folder;

  @Test
  void shouldServeWhatItsSourcesAreBundledTo() throws Exception {
    assumeTrue(
        "Linux".equals(System.getProperty("os.name"))
            && "amd64".equals(System.getProperty("os.arch")),
        "skipped: the esbuild that Maven Central has is for Linux on x86-64");
    copy(PREACT, folder.resolve("node_modules/preact"));
    copy(SOURCES, folder.resolve("web"));
    Path esbuild = folder.resolve("esbuild");
    try (var binary = getClass().getClassLoader().getResourceAsStream(ESBUILD)) {
      Files.copy(binary, esbuild);
    }
    assertThat(esbuild.toFile().setExecutable(true)).isTrue();
    Path out = Boolean.getBoolean("console.write") ? SERVED : folder.resolve("out");
    bundle(esbuild, out.toAbsolutePath());
    for (String file : List.of("app.js", "app.css")) {
      assertThat(SERVED.resolve(file)).as(REMEDY).hasSameTextualContentAs(out.resolve(file));
    }
  }

  private void bundle(Path esbuild, Path out) throws Exception {
    Process process =
        new ProcessBuilder(
                esbuild.toString(),
                "web/index.tsx",
                "--bundle",
                "--minify",
                "--format=esm",
                "--target=es2022",
                "--charset=utf8",
                "--legal-comments=none",
                "--log-level=warning",
                "--outfile=" + out.resolve("app.js"))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String told = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(told).isZero();
  }

  private void copy(String resource, Path to) throws IOException, URISyntaxException {
    URL url = getClass().getClassLoader().getResource(resource + "/package.json");
    String jar = url.toURI().toString();
    try (FileSystem files =
        FileSystems.newFileSystem(
            URI.create(jar.substring(0, jar.indexOf('!'))), Collections.emptyMap())) {
      copy(files.getPath(resource), to);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
