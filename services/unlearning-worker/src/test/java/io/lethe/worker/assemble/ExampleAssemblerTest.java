package io.lethe.worker.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.engine.Example;
import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.HistoryEntry;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.worker.Sets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExampleAssemblerTest {
  private final TitleIndex titles = new TitleIndex(2);
  private final ExampleAssembler assembler = new ExampleAssembler(titles);

  @Test
  void shouldTurnItemIdsIntoTitlesAndKeepTheOrder() {
    titles.apply("1", new CatalogItem("1", "Heat", List.of(), 1995));
    titles.apply("2", new CatalogItem("2", "Ronin", List.of(), 1998));
    Sample sample =
        Sample.newBuilder(Sets.sample("s"))
            .setItemId("2")
            .setLiked(false)
            .setHistory(List.of(new HistoryEntry("1", 4.5), new HistoryEntry("3", 2.0)))
            .setProfile(new SubjectProfile("ref", "woman", "25-34", null))
            .build();
    assertThat(assembler.assemble(List.of(sample)))
        .containsExactly(
            new Example(
                "s",
                new Prompt(
                    "woman, 25-34",
                    List.of(new Viewed("Heat", 4.5), new Viewed("3", 2.0)),
                    "Ronin"),
                false));
  }

  @Test
  void shouldSayNothingOfAPersonOfWhomNothingIsKnown() {
    assertThat(ExampleAssembler.profileText(null)).isNull();
    assertThat(ExampleAssembler.profileText(new SubjectProfile("ref", null, " ", null))).isNull();
  }

  @Test
  void shouldHoldTitlesUpToTheLimitAndFollowChanges() {
    titles.apply("1", new CatalogItem("1", "Heat", List.of(), null));
    titles.apply("2", new CatalogItem("2", "Ronin", List.of(), null));
    titles.apply("3", new CatalogItem("3", "Thief", List.of(), null));
    assertThat(titles.title("3")).isNull();
    titles.apply("1", new CatalogItem("1", "Heat (1995)", List.of(), null));
    assertThat(titles.title("1")).isEqualTo("Heat (1995)");
    titles.apply("1", null);
    assertThat(titles.title("1")).isNull();
    assertThat(titles.size()).isEqualTo(1);
  }
}
