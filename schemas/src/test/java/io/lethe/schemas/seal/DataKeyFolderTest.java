package io.lethe.schemas.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataKeyFolderTest {
  @TempDir private Path directory;
  private Path folder;

  @BeforeEach
  void name() {
    folder = directory.resolve("data-keys");
  }

  @Test
  void shouldOpenWhatAnotherProcessSealed() {
    try (DataKeyFolder sealing = DataKeyFolder.open(folder);
        DataKeyFolder opening = DataKeyFolder.open(folder)) {
      DataKey key = sealing.create();
      ByteBuffer sealed = key.seal(text("The Third Man"));
      assertThat(opening.find(key.id()).orElseThrow().open(sealed))
          .isEqualTo(text("The Third Man"));
    }
  }

  @Test
  void shouldOpenNothingOnceTheKeyIsDestroyed() {
    try (DataKeyFolder keys = DataKeyFolder.open(folder)) {
      DataKey gone = keys.create();
      DataKey kept = keys.create();
      keys.destroy(gone.id());
      keys.destroy(gone.id());
      assertThat(keys.find(gone.id())).isEmpty();
      assertThat(keys.find(kept.id())).isPresent();
    }
  }

  @Test
  void shouldLeaveNoByteOfADestroyedKeyOnDisk() throws IOException {
    try (DataKeyFolder keys = DataKeyFolder.open(folder)) {
      DataKey first = keys.create();
      keys.create();
      byte[] before = Files.readAllBytes(files().get(0));
      keys.destroy(first.id());
      byte[] after = Files.readAllBytes(files().get(0));
      assertThat(java.util.Arrays.copyOf(after, DataKey.KEY_BYTES))
          .isEqualTo(new byte[DataKey.KEY_BYTES]);
      assertThat(java.util.Arrays.copyOfRange(after, DataKey.KEY_BYTES, after.length))
          .isEqualTo(java.util.Arrays.copyOfRange(before, DataKey.KEY_BYTES, before.length));
    }
  }

  @Test
  void shouldGiveEachRequestAKeyOfItsOwnBeyondOneFile() throws IOException {
    Set<String> ids = new HashSet<>();
    try (DataKeyFolder keys = DataKeyFolder.open(folder)) {
      for (int i = 0; i <= DataKeyFolder.KEYS_PER_FILE; i++) {
        ids.add(keys.create().id());
      }
      assertThat(files()).hasSize(2);
    }
    assertThat(ids).hasSize(DataKeyFolder.KEYS_PER_FILE + 1);
  }

  @Test
  void shouldRemoveTheFileWithItsLastKey() throws IOException {
    List<String> ids = new ArrayList<>();
    try (DataKeyFolder keys = DataKeyFolder.open(folder)) {
      ids.add(keys.create().id());
      ids.add(keys.create().id());
    }
    try (DataKeyFolder later = DataKeyFolder.open(folder)) {
      later.destroy(ids.get(0));
      assertThat(files()).hasSize(1);
      later.destroy(ids.get(1));
      assertThat(files()).isEmpty();
      assertThat(later.find(ids.get(1))).isEmpty();
    }
  }

  @Test
  void shouldRefuseATextThatWasAltered() {
    try (DataKeyFolder keys = DataKeyFolder.open(folder)) {
      DataKey key = keys.create();
      ByteBuffer sealed = key.seal(text("liked"));
      sealed.put(sealed.limit() - 1, (byte) (sealed.get(sealed.limit() - 1) ^ 1));
      assertThatThrownBy(() -> key.open(sealed))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining(key.id())
          .hasMessageNotContaining("liked");
      assertThatThrownBy(() -> key.open(text("short")))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("28 bytes");
    }
  }

  @Test
  void shouldRefuseATextUnderAnotherKeysName() {
    try (DataKeyFolder keys = DataKeyFolder.open(folder)) {
      ByteBuffer sealed = keys.create().seal(text("liked"));
      assertThatThrownBy(() -> keys.create().open(sealed))
          .isInstanceOf(SerializationException.class);
    }
  }

  @Test
  void shouldRefuseAnIdThatLeavesTheFolder() {
    try (DataKeyFolder keys = DataKeyFolder.open(folder)) {
      assertThatThrownBy(() -> keys.find("../../etc/passwd"))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("keyId");
    }
  }

  @Test
  void shouldRefuseAFolderThatIsOpenToOthers() throws IOException {
    Files.createDirectory(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(() -> DataKeyFolder.open(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chmod 700");
  }

  @Test
  void shouldKeepEveryFileForItsOwnerAlone() throws IOException {
    try (DataKeyFolder keys = DataKeyFolder.open(folder)) {
      keys.create();
      assertThat(Files.getPosixFilePermissions(files().get(0)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(Files.getPosixFilePermissions(folder))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void shouldTellNoKeyByItsText() {
    try (DataKeyFolder keys = DataKeyFolder.open(folder)) {
      DataKey key = keys.create();
      assertThat(key).hasToString("DataKey " + key.id());
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
