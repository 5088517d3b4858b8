package io.lethe.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path folder;

  @Test
  void shouldLetOnlyItsOwnerLook() throws IOException {
    DataDirectory directory = new DataDirectory(folder.resolve("dev")).create();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.root())))
        .isEqualTo("rwx------");
  }

  @Test
  void shouldRefuseADiskWithoutRoom() {
    assertThatThrownBy(() -> new DataDirectory(folder).create(path -> 5L * 1024 * 1024))
        .hasMessage(
            "the disk of "
                + folder
                + " has 5 MiB left; free at least 1024 MiB or choose another --data-dir.");
  }

  @Test
  void shouldRefuseAFileInItsPlace() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> new DataDirectory(file).create())
        .hasMessage(file + " is a file; choose another --data-dir.");
  }

  @Test
  void shouldRefuseASecondStack() {
    DataDirectory directory = new DataDirectory(folder).create();
    try (DirectoryLock first = DirectoryLock.acquire(directory)) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> DirectoryLock.acquire(directory))
          .hasMessage(
              folder
                  + " is in use by another lethe; stop that one, or give this one its own"
                  + " --data-dir.");
    }
    DirectoryLock.acquire(directory).close();
  }

  @Test
  void shouldKeepRecommendersWhenItIsClearedForAFreshStart() throws IOException {
    DataDirectory directory = new DataDirectory(folder).create();
    Files.writeString(directory.recommenders().resolve("kept"), "");
    Files.writeString(directory.kafka().resolve("gone"), "");
    directory.createAfresh();
    assertThat(directory.recommenders().resolve("kept")).exists();
    assertThat(directory.kafka()).isEmptyDirectory();
  }

  @Test
  void shouldMakeAPseudonymKeyOnceAndForItsOwnerAlone() throws IOException {
    DataDirectory directory = new DataDirectory(folder).create();
    SubjectPseudonymizer made = PseudonymKey.openOrCreate(directory);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.pseudonymKeyFile())))
        .isEqualTo("rw-------");
    assertThat(PseudonymKey.openOrCreate(directory).subjectRef("anna"))
        .isEqualTo(made.subjectRef("anna"));
  }

  @Test
  void shouldRefuseAPseudonymKeyThatIsBroken() throws IOException {
    DataDirectory directory = new DataDirectory(folder).create();
    PseudonymKey.openOrCreate(directory);
    Files.writeString(directory.pseudonymKeyFile(), "c2hvcnQ=");
    assertThatThrownBy(() -> PseudonymKey.openOrCreate(directory))
        .hasMessageContaining("is not usable")
        .hasMessageContaining("restore it from its backup");
  }
}
