package io.lethe.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.CliException;
import io.lethe.cli.data.WindowReader.Split;
import io.lethe.cli.data.WindowReader.WindowRow;
import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowReaderTest {
  private static final String HEADER =
      "row,user,movie,rating,timestamp,label,split,sisa_shard,forget,forget_user,history_exact,history\n";

  @TempDir private Path folder;

  private Path window(String... rows) throws IOException {
    Path release = Files.createDirectories(folder.resolve("ml-1m"));
    Files.writeString(
        release.resolve("movies.dat"), "1::Heat (1995)::Action\n2::Alien (1979)::Horror\n");
    Files.writeString(release.resolve("users.dat"), "25::M::18::12::00000\n");
    return Files.writeString(folder.resolve("window.csv"), HEADER + String.join("\n", rows) + "\n");
  }

  @Test
  void shouldReadASampleWithTitlesHistoryAndProfile() throws IOException {
    Path window =
        window("0,25,1,4,978131240,1,train,2,0,1,1,2:3 1:5", "7,26,2,2,978131241,0,test,0,0,0,1,");
    List<WindowRow> rows = WindowReader.read(window, WindowReader.tablesBeside(window));
    assertThat(rows).hasSize(2);
    WindowRow row = rows.get(0);
    assertThat(row.example().id()).isEqualTo("row-0000000");
    assertThat(row.example().liked()).isTrue();
    assertThat(row.split()).isEqualTo(Split.TRAIN);
    assertThat(row.erased()).isTrue();
    assertThat(row.accountId()).isEqualTo("25");
    assertThat(row.example().prompt())
        .isEqualTo(
            new Prompt(
                "male, 18-24, programmer",
                List.of(new Viewed("Alien (1979)", 3), new Viewed("Heat (1995)", 5)),
                "Heat (1995)"));
    assertThat(rows.get(1).example().prompt())
        .isEqualTo(new Prompt(null, List.of(), "Alien (1979)"));
    assertThat(rows.get(1).split()).isEqualTo(Split.TEST);
    assertThat(rows.get(1).erased()).isFalse();
  }

  @Test
  void shouldKnowAWindowByItsColumns() throws IOException {
    assertThat(WindowReader.isWindow(window("0,25,1,4,978131240,1,train,2,0,1,1,"))).isTrue();
    Path ratings =
        Files.writeString(folder.resolve("ratings.csv"), "user,movie,rating,timestamp\n1,2,3,4\n");
    assertThat(WindowReader.isWindow(ratings)).isFalse();
    assertThat(WindowReader.isWindow(folder)).isFalse();
    assertThat(WindowReader.isWindow(folder.resolve("absent.csv"))).isFalse();
  }

  @Test
  void shouldNameLineAndFieldOfAHistoryThatIsNoPairs() throws IOException {
    Path window = window("0,25,1,4,978131240,1,train,2,0,1,1,2;3");
    assertThatThrownBy(() -> WindowReader.read(window, folder.resolve("ml-1m")))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("window.csv line 2: history is text of 3 characters");
  }

  @Test
  void shouldSayWhichOptionGivesTheTitlesThatAreMissing() throws IOException {
    Path alone = Files.writeString(folder.resolve("window.csv"), HEADER);
    assertThatThrownBy(() -> WindowReader.tablesBeside(alone))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("give --titles the MovieLens release");
  }
}
