package io.lethe.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.DatasetGenerator;
import io.lethe.cli.data.GeneratorSettings;
import io.lethe.cli.data.Interaction;
import io.lethe.cli.data.Item;
import io.lethe.cli.data.Profile;
import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import io.lethe.schemas.sample.SampleRule;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExampleBuilderTest {
  private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");

  @Test
  void shouldShowTheEarlierInteractionsAndTheProfileAndHoldOutWhatCameLater() {
    Dataset dataset =
        new Dataset(
            "five",
            IntStream.rangeClosed(1, 5)
                .mapToObj(i -> new Item("i" + i, "Title " + i, List.of(), null))
                .toList(),
            List.of(new Profile("anna", null, "25-34", "nurse")),
            IntStream.rangeClosed(1, 5)
                .mapToObj(i -> new Interaction("anna", "i" + i, 4.0 + i, START.plusSeconds(i)))
                .toList(),
            7);
    List<LabelledExample> examples =
        ExampleBuilder.build(dataset, new SampleRule(3, 3, 7, START.plusSeconds(5)));
    assertThat(examples).hasSize(2);
    assertThat(examples.get(0).example().prompt())
        .isEqualTo(
            new Prompt(
                "25-34, nurse",
                List.of(
                    new Viewed("Title 1", 5), new Viewed("Title 2", 6), new Viewed("Title 3", 7)),
                "Title 4"));
    assertThat(examples.get(0).example().liked()).isTrue();
    assertThat(examples).extracting(LabelledExample::trainedOn).containsExactly(true, false);
    assertThat(examples).extracting(LabelledExample::accountId).containsOnly("anna");
  }

  @Test
  void shouldGiveTheSameIdsToTheSameData() {
    Dataset dataset = DatasetGenerator.generate(new GeneratorSettings(5, 12, 50, 1));
    SampleRule rule = SampleRule.of(dataset.likedAbove(), dataset.splitAt(0.8));
    assertThat(ExampleBuilder.build(dataset, rule))
        .isEqualTo(ExampleBuilder.build(dataset, rule))
        .hasSize(dataset.interactions().size() - 5 * 3);
  }
}
