package io.lethe.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TrustedRecordsTest {

  @Test
  void shouldBuildARecordWithAnEnumDefaultBeforeAnySerdeIsLoaded() throws Exception {
    URL[] classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(TrustedRecordsTest::url)
            .toArray(URL[]::new);
    // Avro's list of trusted classes is static, so only classes loaded afresh show what a new
    // process sees.
    try (URLClassLoader fresh =
        new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
      Class<?> scope = fresh.loadClass("io.lethe.schemas.event.DeletionScope");
      Object builder = scope.getMethod("newBuilder").invoke(null);
      Object built = builder.getClass().getMethod("build").invoke(builder);
      assertThat(scope.getMethod("getKind").invoke(built)).hasToString("UNKNOWN");
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException impossible) {
      throw new IllegalArgumentException(impossible);
    }
  }
}
