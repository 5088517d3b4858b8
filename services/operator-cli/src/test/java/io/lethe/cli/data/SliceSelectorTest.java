package io.lethe.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SliceSelectorTest {
  private static final Dataset DATASET =
      DatasetGenerator.generate(new GeneratorSettings(20, 25, 120, 7));

  @Test
  void shouldKeepTheFirstInteractionsOfAsManyAccountsAsAskedFor() {
    Dataset slice = SliceSelector.select(DATASET, 5, 100, 3);
    assertThat(slice.byAccount()).hasSize(5);
    slice
        .byAccount()
        .forEach(
            (account, kept) ->
                assertThat(kept).isEqualTo(DATASET.byAccount().get(account).subList(0, 20)));
    assertThat(slice.profiles()).hasSize(5);
  }

  @Test
  void shouldKeepOnlyItemsThatAreStillRated() {
    Dataset slice = SliceSelector.select(DATASET, 2, 30, 3);
    Set<String> rated =
        slice.interactions().stream().map(Interaction::itemId).collect(Collectors.toSet());
    assertThat(slice.items()).extracting(Item::itemId).containsExactlyInAnyOrderElementsOf(rated);
  }

  @Test
  void shouldChooseTheSameAccountsBySeed() {
    assertThat(SliceSelector.select(DATASET, 5, 100, 3).digest())
        .isEqualTo(SliceSelector.select(DATASET, 5, 100, 3).digest())
        .isNotEqualTo(SliceSelector.select(DATASET, 5, 100, 4).digest());
  }

  @Test
  void shouldKeepEverythingWhenNothingIsAskedFor() {
    assertThat(SliceSelector.select(DATASET, 0, 0, 3)).isSameAs(DATASET);
  }

  @Test
  void shouldSayHowManyAccountsAreHeavyEnough() {
    assertThatThrownBy(() -> SliceSelector.select(DATASET, 21, 0, 3))
        .hasMessage(
            "made-up data (seed 7) has 20 accounts with 12 interactions or more, not 21; ask for"
                + " fewer --subjects or fewer --rows.");
  }
}
