package io.lethe.cli.train;

import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.Interaction;
import io.lethe.cli.data.Item;
import io.lethe.cli.data.Profile;
import io.lethe.engine.Example;
import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.sample.SampleAssembler;
import io.lethe.schemas.sample.SampleRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes examples of a data set by the same rule as the services do. Their ids follow from account,
 * item and time, not from the pseudonym key, so that the same data tunes the same recommender
 * whoever holds the key.
 */
public final class ExampleBuilder {
  private ExampleBuilder() {}

  /** All examples of all accounts, by account id and then in time. */
  public static List<LabelledExample> build(Dataset dataset, SampleRule rule) {
    Map<String, String> titles =
        dataset.items().stream().collect(Collectors.toMap(Item::itemId, Item::title));
    Map<String, SubjectProfile> profiles = new HashMap<>();
    dataset.profiles().forEach(profile -> profiles.put(profile.accountId(), record(profile)));
    List<LabelledExample> examples = new ArrayList<>();
    for (Map.Entry<String, List<Interaction>> entry : dataset.byAccount().entrySet()) {
      String accountId = entry.getKey();
      List<InteractionRecorded> interactions =
          entry.getValue().stream().map(ExampleBuilder::record).toList();
      for (Sample sample : SampleAssembler.assemble(profiles.get(accountId), interactions, rule)) {
        examples.add(
            new LabelledExample(
                example(sample, titles),
                accountId,
                sample.getItemId(),
                sample.getRecordedAt(),
                rule.isTrainedOn(sample)));
      }
    }
    return examples;
  }

  private static Example example(Sample sample, Map<String, String> titles) {
    List<Viewed> history =
        sample.getHistory().stream()
            .map(entry -> new Viewed(titles.get(entry.getItemId()), entry.getRating()))
            .toList();
    Prompt prompt = new Prompt(words(sample.getProfile()), history, titles.get(sample.getItemId()));
    return new Example(sample.getSampleId(), prompt, sample.getLiked());
  }

  /** What a prompt says of the person, worded as the services word it; null where nothing. */
  static String words(SubjectProfile profile) {
    if (profile == null) {
      return null;
    }
    String words =
        Stream.of(profile.getGender(), profile.getAgeBand(), profile.getOccupation())
            .filter(Objects::nonNull)
            .filter(word -> !word.isBlank())
            .collect(Collectors.joining(", "));
    return words.isEmpty() ? null : words;
  }

  private static SubjectProfile record(Profile profile) {
    return SubjectProfile.newBuilder()
        .setSubjectRef(profile.accountId())
        .setGender(profile.gender())
        .setAgeBand(profile.ageBand())
        .setOccupation(profile.occupation())
        .build();
  }

  private static InteractionRecorded record(Interaction interaction) {
    return InteractionRecorded.newBuilder()
        .setSubjectRef(interaction.accountId())
        .setItemId(interaction.itemId())
        .setRating(interaction.rating())
        .setRecordedAt(interaction.recordedAt())
        .build();
  }
}
