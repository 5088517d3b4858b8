package io.lethe.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.checkpoint.ModelFamily;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProgramTextTest {
  /** Calls that make a tensor out of nothing, on the processor unless told otherwise. */
  private static final Pattern CREATION =
      Pattern.compile("torch\\.(arange|zeros|ones|full|tensor|empty|eye|linspace|rand\\w*)\\(");

  @ParameterizedTest
  @EnumSource(ModelFamily.class)
  void shouldMakeTensorsWhereItsInputsLie(ModelFamily family) throws IOException {
    for (String resource : family.programTexts()) {
      try (InputStream in = Program.class.getResourceAsStream(resource)) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(text.lines().filter(line -> CREATION.matcher(line).find()))
            .allMatch(line -> line.contains("device="));
      }
    }
  }
}
