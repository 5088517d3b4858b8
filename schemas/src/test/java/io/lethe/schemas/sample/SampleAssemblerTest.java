package io.lethe.schemas.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.Events;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.HistoryEntry;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Sample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleAssemblerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final SampleRule RULE = new SampleRule(10, 3, 3.5, day(100));

  /** Twenty interactions, one a day, items a to t; every second one is liked. */
  private static final List<InteractionRecorded> TWENTY =
      IntStream.range(0, 20).mapToObj(i -> interaction(i, i % 2 == 0 ? 5.0 : 2.0)).toList();

  @Test
  void shouldMakeASampleOfEveryTargetWithEnoughHistory() {
    List<Sample> samples = SampleAssembler.assemble(Events.profile(), TWENTY, RULE);
    assertThat(targets(samples)).isEqualTo("defghijklmnopqrst");
    assertThat(history(samples.get(0))).isEqualTo("abc");
    assertThat(samples.get(0).getRating()).isEqualTo(2.0);
    assertThat(samples.get(0).getLiked()).isFalse();
    assertThat(samples.get(1).getLiked()).isTrue();
    assertThat(samples.get(0).getProfile()).isEqualTo(Events.profile());
  }

  @Test
  void shouldShowTheLatestInteractionsOldestFirst() {
    List<Sample> samples = SampleAssembler.assemble(null, TWENTY, RULE);
    assertThat(history(samples.get(16))).isEqualTo("jklmnopqrs");
    assertThat(samples.get(16).getHistory().get(0)).isEqualTo(new HistoryEntry("j", 2.0));
    assertThat(samples.get(16).getProfile()).isNull();
  }

  @Test
  void shouldMakeNoSampleOfTooFewInteractions() {
    assertThat(SampleAssembler.assemble(null, List.of(), RULE)).isEmpty();
    assertThat(SampleAssembler.assemble(null, TWENTY.subList(0, 3), RULE)).isEmpty();
    assertThat(SampleAssembler.assemble(null, TWENTY.subList(0, 4), RULE)).hasSize(1);
  }

  @Test
  void shouldBreakTiesInTimeByItem() {
    List<InteractionRecorded> atOnce =
        List.of("d", "b", "a", "c").stream()
            .map(item -> Events.interaction(item, 4.0, START))
            .toList();
    List<Sample> samples = SampleAssembler.assemble(null, atOnce, RULE);
    assertThat(targets(samples)).isEqualTo("d");
    assertThat(history(samples.get(0))).isEqualTo("abc");
  }

  @Test
  void shouldNotDependOnTheOrderOfWhatItIsGiven() {
    List<InteractionRecorded> shuffled = new ArrayList<>(TWENTY);
    Collections.shuffle(shuffled, new Random(7));
    assertThat(SampleAssembler.assemble(null, shuffled, RULE))
        .isEqualTo(SampleAssembler.assemble(null, TWENTY, RULE));
  }

  @Test
  void shouldCallARatingAtTheThresholdNotLiked() {
    List<InteractionRecorded> four =
        List.of(interaction(0, 1), interaction(1, 1), interaction(2, 1), interaction(3, 3.5));
    assertThat(SampleAssembler.assemble(null, four, RULE).get(0).getLiked()).isFalse();
  }

  @Test
  void shouldHoldOutWhatWasRatedAtOrAfterTheCut() {
    SampleRule rule = new SampleRule(10, 3, 3.5, day(5));
    List<Sample> samples = SampleAssembler.assemble(null, TWENTY.subList(0, 7), rule);
    assertThat(targets(samples.stream().filter(rule::isTrainedOn).toList())).isEqualTo("de");
    assertThat(targets(samples.stream().filter(sample -> !rule.isTrainedOn(sample)).toList()))
        .isEqualTo("fg");
  }

  @Test
  void shouldForgetEverySampleOfASubjectErasedAltogether() {
    assertThat(targets(affected(Events.everything()))).isEqualTo("defghijklmnopqrst");
  }

  @Test
  void shouldForgetTheDeletedItemsOwnSampleAndEveryLaterPromptThatShowsIt() {
    // Item f is the target of one sample and in the history of the next ten, g to p.
    assertThat(targets(affected(Events.items("f")))).isEqualTo("fghijklmnop");
  }

  @Test
  void shouldForgetPromptsThatShowAnItemTooEarlyToBeATargetItself() {
    assertThat(targets(affected(Events.items("a")))).isEqualTo("defghijk");
  }

  @Test
  void shouldForgetNothingForItemsThatTheSubjectNeverRated() {
    assertThat(affected(Events.items("zz"))).isEmpty();
    assertThat(affected(Events.items())).isEmpty();
  }

  @Test
  void shouldForgetATimeRangeAsTheItemsRatedWithinIt() {
    assertThat(targets(affected(Events.between(day(5), day(6))))).isEqualTo("fghijklmnop");
    assertThat(affected(Events.between(day(5), day(8))))
        .isEqualTo(affected(Events.items("f", "g", "h")));
    assertThat(targets(affected(Events.between(day(19), null)))).isEqualTo("t");
    assertThat(targets(affected(Events.between(null, day(1))))).isEqualTo("defghijk");
    assertThat(affected(Events.between(day(30), day(40)))).isEmpty();
  }

  @Test
  void shouldSayWhichInteractionsAScopeErases() {
    assertThat(SampleAssembler.covers(Events.everything(), TWENTY.get(5))).isTrue();
    assertThat(SampleAssembler.covers(Events.items("f"), TWENTY.get(5))).isTrue();
    assertThat(SampleAssembler.covers(Events.items("f"), TWENTY.get(6))).isFalse();
    assertThat(SampleAssembler.covers(Events.between(day(5), day(6)), TWENTY.get(5))).isTrue();
    assertThat(SampleAssembler.covers(Events.between(day(5), day(6)), TWENTY.get(6))).isFalse();
  }

  @Test
  void shouldRefuseAScopeItDoesNotKnow() {
    DeletionScope unknown = DeletionScope.newBuilder().build();
    assertThatThrownBy(() -> affected(unknown)).hasMessageContaining("scope.kind");
    assertThatThrownBy(() -> SampleAssembler.covers(unknown, TWENTY.get(0)))
        .hasMessageContaining("scope.kind");
  }

  @Test
  void shouldRefuseSeveralPersonsAndItemsRatedTwice() {
    List<InteractionRecorded> two =
        List.of(TWENTY.get(0), new InteractionRecorded("other", "b", 1.0, day(1)));
    assertThatThrownBy(() -> SampleAssembler.assemble(null, two, RULE))
        .hasMessageContaining("one subjectRef");
    List<InteractionRecorded> twice = List.of(TWENTY.get(0), Events.interaction("a", 1.0, day(1)));
    assertThatThrownBy(() -> SampleAssembler.assemble(null, twice, RULE))
        .hasMessageContaining("rated twice");
  }

  @Test
  void shouldNameASampleByWhoWhatAndWhen() {
    // printf 'abc\nitem-1\n1767225600000\n' | sha256sum
    assertThat(SampleAssembler.sampleId("abc", "item-1", START))
        .isEqualTo("451eb516e84de318415b956eb75a2bae");
    assertThat(SampleAssembler.assemble(null, TWENTY, RULE).stream().map(Sample::getSampleId))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldRefuseARuleThatContradictsItself() {
    assertThatThrownBy(() -> new SampleRule(2, 3, 3.5, START)).hasMessageContaining("historyMin");
    assertThatThrownBy(() -> new SampleRule(10, -1, 3.5, START)).hasMessageContaining("historyMin");
    assertThatThrownBy(() -> new SampleRule(10, 3, Double.NaN, START))
        .hasMessageContaining("likedAbove");
    assertThat(SampleRule.of(3.5, START)).isEqualTo(new SampleRule(10, 3, 3.5, START));
  }

  private static List<Sample> affected(DeletionScope scope) {
    return SampleAssembler.affectedBy(SampleAssembler.assemble(null, TWENTY, RULE), TWENTY, scope);
  }

  private static InteractionRecorded interaction(int day, double rating) {
    return Events.interaction(String.valueOf((char) ('a' + day)), rating, day(day));
  }

  private static Instant day(int day) {
    return START.plusSeconds(86_400L * day);
  }

  private static String targets(List<Sample> samples) {
    return String.join("", samples.stream().map(Sample::getItemId).toList());
  }

  private static String history(Sample sample) {
    return String.join("", sample.getHistory().stream().map(HistoryEntry::getItemId).toList());
  }
}
