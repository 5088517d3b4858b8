package io.lethe.worker.assemble;

import io.lethe.engine.Example;
import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import io.lethe.schemas.event.HistoryEntry;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.SubjectProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Turns samples into examples: item ids become titles, the profile becomes words. */
public final class ExampleAssembler {
  private static final Logger LOG = Logger.getLogger(ExampleAssembler.class);

  private final TitleIndex titles;

  public ExampleAssembler(TitleIndex titles) {
    this.titles = titles;
  }

  /** One example a sample, in order. An item without a title is shown by its id. */
  public List<Example> assemble(List<Sample> samples) {
    Lookup lookup = new Lookup();
    List<Example> examples = new ArrayList<>(samples.size());
    for (Sample sample : samples) {
      List<Viewed> history = new ArrayList<>(sample.getHistory().size());
      for (HistoryEntry entry : sample.getHistory()) {
        history.add(new Viewed(lookup.title(entry.getItemId()), entry.getRating()));
      }
      Prompt prompt =
          new Prompt(profileText(sample.getProfile()), history, lookup.title(sample.getItemId()));
      examples.add(new Example(sample.getSampleId(), prompt, sample.getLiked()));
    }
    if (lookup.missing > 0) {
      LOG.warnf(
          "titles missing: %d of %d look-ups found none in catalog.item, the item id stands in",
          lookup.missing, lookup.total);
    }
    return examples;
  }

  /** What a prompt says of the person; null where nothing is known. */
  static String profileText(SubjectProfile profile) {
    if (profile == null) {
      return null;
    }
    String text =
        String.join(
            ", ",
            Stream.of(profile.getGender(), profile.getAgeBand(), profile.getOccupation())
                .filter(word -> word != null && !word.isBlank())
                .toList());
    return text.isEmpty() ? null : text;
  }

  private final class Lookup {
    private int total;
    private int missing;

    String title(String itemId) {
      total++;
      String title = titles.title(itemId);
      if (title == null) {
        missing++;
        return itemId;
      }
      return title;
    }
  }
}
