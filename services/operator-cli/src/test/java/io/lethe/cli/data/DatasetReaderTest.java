package io.lethe.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.CliException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetReaderTest {
  private static final Map<String, String> MOVIE_TWEETINGS =
      Map.of(
          "movies.csv",
          DataFilesForTests.MOVIES,
          "ratings.csv",
          DataFilesForTests.RATINGS,
          "corrections.csv",
          "seen_on,user_id\n2013-09-05,9994\n",
          "LICENSE",
          "MIT");

  @TempDir private Path folder;

  @Test
  void shouldReadMovieTweetingsFromAnArchive() throws IOException {
    Dataset dataset =
        DatasetReader.read(
            DataFilesForTests.archive(folder.resolve("tweets.tar.xz"), MOVIE_TWEETINGS), null);
    assertThat(dataset.name()).isEqualTo("tweets.tar.xz");
    assertThat(dataset.items())
        .containsExactly(
            new Item("0000628", "The Adventures of Dollie", List.of("Action", "Short"), 1908),
            new Item("0001223", "Frankenstein, the First", List.of("Short", "Horror"), 1910));
    assertThat(dataset.interactions())
        .containsExactly(
            new Interaction("383", "0000628", 9, Instant.ofEpochSecond(1362062000)),
            new Interaction("383", "0001223", 6, Instant.ofEpochSecond(1362062307)),
            new Interaction("12568", "0000628", 8, Instant.ofEpochSecond(1362062624)));
    assertThat(dataset.profiles()).isEmpty();
    assertThat(dataset.likedAbove()).isEqualTo(7);
  }

  @Test
  void shouldReadTheSameFromAFolderAsFromAnArchive() throws IOException {
    Dataset archived =
        DatasetReader.read(
            DataFilesForTests.archive(folder.resolve("a.tar.xz"), MOVIE_TWEETINGS), null);
    Dataset unpacked =
        DatasetReader.read(DataFilesForTests.folder(folder.resolve("b"), MOVIE_TWEETINGS), null);
    assertThat(unpacked.digest()).isEqualTo(archived.digest());
  }

  @Test
  void shouldReadMovieLensWithProfilesAndLatinTitles() throws IOException {
    Files.write(
        folder.resolve("movies.dat"),
        "1::Les Misérables (1995)::Drama|Musical\n".getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(folder.resolve("users.dat"), "1::F::1::10::48067\n2::M::56::16::70072\n");
    Files.writeString(folder.resolve("ratings.dat"), "1::1::5::978300760\n");
    Dataset dataset = DatasetReader.read(folder, null);
    assertThat(dataset.items())
        .containsExactly(new Item("1", "Les Misérables", List.of("Drama", "Musical"), 1995));
    assertThat(dataset.profiles())
        .containsExactly(new Profile("1", "female", "under 18", "school student"));
    assertThat(dataset.likedAbove()).isEqualTo(3);
  }

  @Test
  void shouldReadOnePackedCsvWithTitlesInline() throws IOException {
    Path file =
        DataFilesForTests.packed(
            folder.resolve("mini.csv.xz"),
            "user_id,movie_id,rating,timestamp,title\n17232,1411238,6,1362062838,\"No, Never (2011)\"\n");
    Dataset dataset = DatasetReader.read(file, 4.5);
    assertThat(dataset.items()).containsExactly(new Item("1411238", "No, Never", List.of(), 2011));
    assertThat(dataset.interactions()).hasSize(1);
    assertThat(dataset.likedAbove()).isEqualTo(4.5);
  }

  @Test
  void shouldKeepTheLatestOfTwoRatingsOfOneItem() throws IOException {
    Path file = csv("a,b,2,2024-01-02T00:00:00Z,T", "a,b,9,1704067199,T", "a,b,3,1704153600000,T");
    assertThat(DatasetReader.read(file, null).interactions())
        .containsExactly(new Interaction("a", "b", 3, Instant.parse("2024-01-02T00:00:00Z")));
  }

  @Test
  void shouldNameLineFieldShapeAndRemedyOfARatingThatIsNoNumber() throws IOException {
    Path file = csv("alice,b,4,1704153600,T", "alice,c,great,1704153600,T");
    assertThatThrownBy(() -> DatasetReader.read(file, null))
        .isInstanceOf(BadRowException.class)
        .hasMessage(
            "data.csv line 3: rating is text of 5 characters; it must be a number, for example 7"
                + " or 4.5, so mend or remove that line and run the command again.");
  }

  @Test
  void shouldNameTheFieldThatIsEmpty() throws IOException {
    Path file = csv("alice,,4,1704153600,T");
    assertThatThrownBy(() -> DatasetReader.read(file, null))
        .hasMessageStartingWith("data.csv line 2: item is empty; it must be some text");
  }

  @Test
  void shouldRefuseATimeItCannotRead() throws IOException {
    Path file = csv("alice,b,4,yesterday,T");
    assertThatThrownBy(() -> DatasetReader.read(file, null))
        .hasMessageStartingWith("data.csv line 2: timestamp is text of 9 characters")
        .hasMessageNotContaining("alice")
        .hasMessageNotContaining("yesterday");
  }

  @Test
  void shouldRefuseARowOfAnotherWidth() throws IOException {
    Path file = csv("alice,b,4");
    assertThatThrownBy(() -> DatasetReader.read(file, null))
        .hasMessageStartingWith(
            "data.csv line 2: the row is 3 fields wide; it must be 5 fields wide");
  }

  @Test
  void shouldRefuseAHeaderWithoutTheNeededColumns() throws IOException {
    Path file = folder.resolve("data.csv");
    Files.writeString(file, "user_id,rating\n1,2\n");
    assertThatThrownBy(() -> DatasetReader.read(file, null))
        .hasMessage(
            "data.csv line 1: the header has no column for the item; name the columns, for example"
                + " user_id,movie_id,rating,timestamp,title.");
  }

  @Test
  void shouldRefuseAFolderWithoutRatings() {
    assertThatThrownBy(() -> DatasetReader.read(folder, null))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("holds no ratings; give MovieTweetings");
  }

  @Test
  void shouldRefuseRatingsOfItemsWithoutATitle() throws IOException {
    DataFilesForTests.folder(
        folder,
        Map.of(
            "movies.csv",
            DataFilesForTests.MOVIES,
            "ratings.csv",
            "user_id,movie_id,rating,timestamp\n1,77,3,1362062307\n"));
    assertThatThrownBy(() -> DatasetReader.read(folder, null))
        .hasMessageContaining("rates an item that its item table lacks (id of 2 characters)");
  }

  @Test
  void shouldRefuseAFileThatIsAbsent() {
    Path absent = folder.resolve("absent.csv");
    assertThatThrownBy(() -> DatasetReader.read(absent, null))
        .hasMessage("there is no file " + absent + "; check the path given to --data.");
  }

  @Test
  void shouldRefuseAnArchiveThatIsBroken() throws IOException {
    Path broken = folder.resolve("broken.tar.xz");
    Files.writeString(broken, "this is no archive");
    assertThatThrownBy(() -> DatasetReader.read(broken, null))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("broken.tar.xz cannot be read")
        .hasMessageContaining("check that the file is whole");
  }

  @Test
  void shouldRefuseAnAgeThatMovieLensDoesNotKnow() throws IOException {
    Files.writeString(folder.resolve("users.dat"), "1::F::33::10::48067\n");
    assertThatThrownBy(() -> DatasetReader.read(folder, null))
        .hasMessageStartingWith(
            "users.dat line 1: age is a number of 2 digits; it must be one of MovieLens' age codes");
  }

  private Path csv(String... rows) throws IOException {
    Path file = folder.resolve("data.csv");
    Files.writeString(
        file, "user_id,movie_id,rating,timestamp,title\n" + String.join("\n", rows) + "\n");
    return file;
  }
}
