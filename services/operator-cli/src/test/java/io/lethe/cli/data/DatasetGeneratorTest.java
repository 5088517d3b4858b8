package io.lethe.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DatasetGeneratorTest {
  private static final GeneratorSettings SMALL = new GeneratorSettings(20, 25, 120, 7);

  @Test
  void shouldMakeTheSameDataFromTheSameSeed() {
    assertThat(DatasetGenerator.generate(SMALL).digest())
        .isEqualTo(DatasetGenerator.generate(SMALL).digest());
  }

  @Test
  void shouldMakeOtherDataFromAnotherSeed() {
    assertThat(DatasetGenerator.generate(new GeneratorSettings(20, 25, 120, 8)).digest())
        .isNotEqualTo(DatasetGenerator.generate(SMALL).digest());
  }

  @Test
  void shouldMakeWhatWasAskedForWithSomeAccountsMoreActiveThanOthers() {
    Dataset dataset = DatasetGenerator.generate(SMALL);
    assertThat(dataset.items()).hasSize(120);
    assertThat(dataset.profiles()).hasSize(20);
    assertThat(dataset.byAccount()).hasSize(20);
    List<Integer> sizes = dataset.byAccount().values().stream().map(List::size).toList();
    assertThat(sizes).allSatisfy(size -> assertThat(size).isBetween(8, 120));
    assertThat(new HashSet<>(sizes)).hasSizeGreaterThan(5);
    assertThat(dataset.interactions().size() / 20.0).isBetween(22.0, 28.0);
    assertThat(dataset.interactions()).isSortedAccordingTo(Interaction.IN_TIME);
  }

  @Test
  void shouldGiveEveryItemItsOwnReadableTitle() {
    List<String> titles =
        DatasetGenerator.generate(SMALL).items().stream().map(Item::title).toList();
    assertThat(new HashSet<>(titles)).hasSize(120);
    assertThat(titles).allMatch(title -> title.matches("[A-Z][A-Za-z-]+( [A-Za-z-]+)+"));
  }

  @Test
  void shouldRateLovedGenresHigherThanOthersSoThatThereIsSomethingToLearn() {
    Dataset dataset = DatasetGenerator.generate(SMALL);
    assertThat(withinGenreVariance(dataset)).isLessThan(0.75 * totalVariance(dataset));
  }

  @Test
  void shouldLeaveAWhimThatGenresDoNotTellSoThatThereIsSomethingToForget() {
    Dataset dataset = DatasetGenerator.generate(SMALL);
    assertThat(withinGenreVariance(dataset)).isGreaterThan(1.0);
  }

  @Test
  void shouldMakeBothAnswersCommon() {
    Dataset dataset = DatasetGenerator.generate(new GeneratorSettings(200, 25, 120, 7));
    double liked =
        dataset.interactions().stream()
            .mapToInt(one -> one.rating() > dataset.likedAbove() ? 1 : 0)
            .average()
            .orElseThrow();
    assertThat(liked).isBetween(0.35, 0.65);
  }

  @Test
  void shouldRefuseMoreInteractionsThanItems() {
    assertThatThrownBy(() -> new GeneratorSettings(3, 30, 20, 1))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("30 interactions need more than 20 items")
        .extracting(failure -> ((CliException) failure).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  /** Variance of ratings around the mean of their account and genre. */
  private static double withinGenreVariance(Dataset dataset) {
    Map<String, String> genres =
        dataset.items().stream()
            .collect(Collectors.toMap(Item::itemId, item -> item.genres().get(0)));
    Map<String, List<Interaction>> cells =
        dataset.interactions().stream()
            .collect(Collectors.groupingBy(one -> one.accountId() + genres.get(one.itemId())));
    return cells.values().stream().mapToDouble(DatasetGeneratorTest::squares).sum()
        / dataset.interactions().size();
  }

  private static double totalVariance(Dataset dataset) {
    return squares(dataset.interactions()) / dataset.interactions().size();
  }

  private static double squares(List<Interaction> interactions) {
    double mean = interactions.stream().mapToDouble(Interaction::rating).average().orElseThrow();
    return interactions.stream()
        .map((Function<Interaction, Double>) one -> (one.rating() - mean) * (one.rating() - mean))
        .mapToDouble(Double::doubleValue)
        .sum();
  }
}
