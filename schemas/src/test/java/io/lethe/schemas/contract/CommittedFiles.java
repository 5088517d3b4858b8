package io.lethe.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files that are generated and committed. A test compares; with {@code -Dlethe.contract.write=true}
 * it writes instead.
 */
final class CommittedFiles {
  static final String REMEDY =
      "write it anew with: mvn -pl schemas -am test -Dtest='io.lethe.schemas.contract.*Test' -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dlethe.contract.write=true";

  private CommittedFiles() {}

  /** Compares a file with what the generator makes of the contract now. */
  static void verify(Path file, String generated) throws IOException {
    writeIfAsked(file, generated);
    assertThat(file).as("%s must be committed; %s", file, REMEDY).exists();
    assertThat(Files.readString(file))
        .as("%s differs from the contract; %s", file, REMEDY)
        .isEqualTo(generated);
  }

  /** Writes the file when the build was asked to. */
  static void writeIfAsked(Path file, String generated) throws IOException {
    if (Boolean.getBoolean("lethe.contract.write")) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, generated);
    }
  }
}
