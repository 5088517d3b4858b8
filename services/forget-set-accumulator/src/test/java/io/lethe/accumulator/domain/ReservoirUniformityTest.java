package io.lethe.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.accumulator.record.ReservoirEntry;
import io.lethe.schemas.event.Sample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReservoirUniformityTest {
  /** A state in memory, and what the slots hold. */
  private static final class Memory implements ReservoirState, Reservoir.Effects {
    private final Map<String, ReservoirEntry> entries = new TreeMap<>();
    private ReservoirEntry threshold;
    private final Map<Integer, Sample> slots = new TreeMap<>();

    @Override
    public List<ReservoirEntry> load() {
      List<ReservoirEntry> all = new ArrayList<>(entries.values());
      if (threshold != null) {
        all.add(threshold);
      }
      return all;
    }

    @Override
    public void put(ReservoirEntry entry) {
      entries.put(entry.getPriority(), entry);
    }

    @Override
    public void delete(String priority) {
      entries.remove(priority);
    }

    @Override
    public void putThreshold(ReservoirEntry entry) {
      threshold = entry;
    }

    @Override
    public void publish(int slot, Sample sample) {
      if (sample == null) {
        slots.remove(slot);
      } else {
        slots.put(slot, sample);
      }
    }

    private List<String> held() {
      return slots.values().stream().map(Sample::getSampleId).sorted().toList();
    }
  }

  @Test
  void shouldDrawEverySampleAboutEquallyOften() {
    int samples = 40;
    int slots = 10;
    int seeds = 2000;
    Map<String, Integer> drawn = new HashMap<>();
    for (int seed = 0; seed < seeds; seed++) {
      Memory memory = new Memory();
      fill(new Reservoir(slots, "seed" + seed, memory, memory), samples);
      memory.held().forEach(id -> drawn.merge(id, 1, Integer::sum));
    }
    // Each is expected 500 times with a deviation of 19; five deviations hold for all forty.
    assertThat(drawn).hasSize(samples);
    assertThat(drawn.values()).allSatisfy(times -> assertThat(times).isBetween(403, 597));
    assertThat(drawn.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(slots * seeds);
  }

  @Test
  void shouldStayUniformAfterDeletionsAndLaterArrivals() {
    int seeds = 2000;
    Map<String, Integer> drawn = new HashMap<>();
    for (int seed = 0; seed < seeds; seed++) {
      Memory memory = new Memory();
      Reservoir reservoir = new Reservoir(10, "seed" + seed, memory, memory);
      fill(reservoir, 40);
      for (int number = 0; number < 20; number++) {
        reservoir.remove("sample" + number);
      }
      for (int number = 40; number < 60; number++) {
        reservoir.offer(sample(number, "late"));
      }
      memory.held().forEach(id -> drawn.merge(id, 1, Integer::sum));
    }
    int early = sumOf(drawn, 20, 40);
    int late = sumOf(drawn, 40, 60);
    assertThat(sumOf(drawn, 0, 20)).isZero();
    // Twenty early and twenty late samples share the slots evenly: late ones must not be favoured.
    assertThat((double) early / (early + late)).isBetween(0.485, 0.515);
  }

  @Test
  void shouldHoldExactlyTheLowestPriorities() {
    Memory memory = new Memory();
    fill(new Reservoir(5, "seed", memory, memory), 50);
    TreeSet<String> priorities = new TreeSet<>();
    for (int number = 0; number < 50; number++) {
      priorities.add(Digests.priority("seed", "sample" + number));
    }
    List<String> lowest = priorities.stream().limit(5).toList();
    assertThat(memory.held().stream().map(id -> Digests.priority("seed", id)).sorted().toList())
        .isEqualTo(lowest);
    assertThat(memory.entries).hasSize(10);
  }

  @Test
  void shouldGoOnAsItWasWhenOpenedAgain() {
    Memory memory = new Memory();
    fill(new Reservoir(5, "seed", memory, memory), 30);
    List<String> before = memory.held();
    Memory copy = new Memory();
    copy.entries.putAll(memory.entries);
    copy.threshold = memory.threshold;
    copy.slots.putAll(memory.slots);
    Reservoir again = new Reservoir(5, "seed", copy, copy);
    assertThat(copy.held()).isEqualTo(before);
    fill(again, 30);
    assertThat(copy.held()).isEqualTo(before);
    again.remove(before.get(0));
    assertThat(copy.held()).hasSize(5).doesNotContain(before.get(0));
  }

  @Test
  void shouldEmptySurplusSlotsWhenMadeSmallerAndFillNewOnesFromSparesWhenMadeLarger() {
    Memory memory = new Memory();
    fill(new Reservoir(6, "seed", memory, memory), 30);
    new Reservoir(3, "seed", memory, memory);
    assertThat(memory.slots.keySet()).containsExactly(0, 1, 2);
    assertThat(memory.entries).hasSize(6);
    new Reservoir(5, "seed", memory, memory);
    assertThat(memory.slots.keySet()).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void shouldFindASubjectsSamplesAmongSparesToo() {
    Memory memory = new Memory();
    Reservoir reservoir = new Reservoir(1, "seed", memory, memory);
    reservoir.offer(sample(1, "anna"));
    reservoir.offer(sample(2, "anna"));
    assertThat(memory.slots).hasSize(1);
    assertThat(reservoir.of("anna")).hasSize(2);
    assertThat(reservoir.of("ben")).isEmpty();
  }

  @Test
  void shouldFindExactlyTheSamplesThatAreHeldWhateverWasOfferedTurnedAwayAndRemoved() {
    Memory memory = new Memory();
    Reservoir reservoir = new Reservoir(8, "seed", memory, memory);
    Random random = new Random(7);
    for (int step = 0; step < 500; step++) {
      int number = random.nextInt(60);
      if (random.nextInt(3) == 0) {
        reservoir.remove("sample" + number);
      } else {
        reservoir.offer(sample(number, "subject" + number % 4));
      }
      assertThat(foundBySubject(reservoir)).isEqualTo(heldBySubject(memory));
    }
    assertThat(foundBySubject(new Reservoir(8, "seed", memory, memory)))
        .isEqualTo(heldBySubject(memory));
  }

  private static Map<String, Set<String>> foundBySubject(Reservoir reservoir) {
    Map<String, Set<String>> found = new TreeMap<>();
    for (int subject = 0; subject < 4; subject++) {
      for (Sample sample : reservoir.of("subject" + subject)) {
        found
            .computeIfAbsent(sample.getSubjectRef(), one -> new TreeSet<>())
            .add(sample.getSampleId());
      }
    }
    return found;
  }

  private static Map<String, Set<String>> heldBySubject(Memory memory) {
    Map<String, Set<String>> held = new TreeMap<>();
    for (ReservoirEntry entry : memory.entries.values()) {
      Sample sample = InternalBytes.sample(entry.getSample());
      held.computeIfAbsent(sample.getSubjectRef(), one -> new TreeSet<>())
          .add(sample.getSampleId());
    }
    return held;
  }

  @Test
  void shouldShareTheTotalAmongPartitions() {
    List<Integer> shares = new ArrayList<>();
    for (int partition = 0; partition < 4; partition++) {
      shares.add(RetainReservoir.Sizes.share(514, partition, 4));
    }
    assertThat(shares).containsExactly(129, 129, 128, 128);
  }

  private static void fill(Reservoir reservoir, int samples) {
    for (int number = 0; number < samples; number++) {
      reservoir.offer(sample(number, "subject" + number));
    }
  }

  private static int sumOf(Map<String, Integer> drawn, int from, int until) {
    int sum = 0;
    for (int number = from; number < until; number++) {
      sum += drawn.getOrDefault("sample" + number, 0);
    }
    return sum;
  }

  private static Sample sample(int number, String subjectRef) {
    return new Sample(
        "sample" + number, subjectRef, "item", 4.0, Instant.EPOCH, true, List.of(), null);
  }
}
