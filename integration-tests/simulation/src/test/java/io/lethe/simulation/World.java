package io.lethe.simulation;

import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.SubjectPartitioner;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.sample.SampleRule;
import io.lethe.schemas.seal.DataKeys;
import io.lethe.schemas.seal.SampleSeals;
import io.lethe.simulation.broker.FakeBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.errors.SerializationException;

/** What all processes of one seed share: time, chance, the broker, the artefact store. */
public final class World {
  public static final String MODEL = "recommender";
  public static final String RECOMMENDER = "d".repeat(64);
  public static final int SUBJECT_PARTITIONS = 2;
  public static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

  /** Prompts show at most three earlier ratings; what was rated in the last hour is held out. */
  public static final SampleRule RULE = new SampleRule(3, 1, 3.0, START.minus(Duration.ofHours(1)));

  /** The topic inside the accumulator, from subjects to forget sets. */
  public static final String EXPANDED = "expanded-requests";

  private static final int TRACE_MAX = 120;

  private final long seed;
  private final Random random;
  private final Mutation mutation;
  private final Coverage coverage;
  private final FakeBroker broker;
  private final Artefacts artefacts = new Artefacts();
  private final MemoryKeys keys = new MemoryKeys();
  private final Oracle oracle;
  private final Deque<String> trace = new ArrayDeque<>();
  private Instant now = START;
  private boolean calm;
  private boolean faultsAllowed = true;
  private long faults;
  private long digest;

  World(long seed, Mutation mutation, Coverage coverage) {
    this.seed = seed;
    this.random = new Random(seed * 0x9E3779B97F4A7C15L + 0x1234567L);
    this.mutation = mutation;
    this.coverage = coverage;
    this.broker = new FakeBroker(() -> now, World::partitionOf);
    List<String> bySubject =
        List.of(
            Topics.INTERACTION_RECORDED.name(),
            Topics.PROFILE_SUBJECT.name(),
            Topics.DELETION_REQUESTED.name(),
            Topics.DELETION_SUBMITTED.name());
    Topics.events()
        .forEach(
            topic ->
                broker.create(
                    topic.name(), bySubject.contains(topic.name()) ? SUBJECT_PARTITIONS : 1));
    broker.create(EXPANDED, 1);
    this.oracle = new Oracle(this);
  }

  /** Keys of interactions go with their subject, as the services' own partitioner has it. */
  private static int partitionOf(String key, int partitions) {
    String subjectRef = key.indexOf('/') > 0 ? InteractionKey.subjectRef(key) : key;
    return SubjectPartitioner.partitionOf(subjectRef, partitions);
  }

  /** The beginning of a long id, for the trace. */
  public static String brief(String id) {
    return id == null ? "none" : id.substring(0, Math.min(6, id.length()));
  }

  public long seed() {
    return seed;
  }

  public Random random() {
    return random;
  }

  public FakeBroker broker() {
    return broker;
  }

  public Artefacts artefacts() {
    return artefacts;
  }

  public DataKeys keys() {
    return keys;
  }

  /**
   * The set with its samples in clear, as a worker opens it.
   *
   * @throws SerializationException when a key is destroyed
   */
  public ForgetSetClosed opened(ForgetSetClosed set) {
    return ForgetSetClosed.newBuilder(set)
        .setSamples(SampleSeals.open(set, keys))
        .setSealedSamples(List.of())
        .build();
  }

  public Oracle oracle() {
    return oracle;
  }

  public Coverage coverage() {
    return coverage;
  }

  /** The true time, which no process knows. */
  public Instant now() {
    return now;
  }

  void advance(Duration duration) {
    now = now.plus(duration);
    broker.tick();
  }

  /** From now on nothing goes wrong any more, and everybody keeps up. */
  void calmDown() {
    calm = true;
  }

  public boolean isCalm() {
    return calm;
  }

  void forbidFaults() {
    faultsAllowed = false;
  }

  public boolean is(Mutation candidate) {
    return mutation == candidate;
  }

  /** Whether the fault comes about here, with that probability. */
  public boolean strikes(Fault fault, double probability) {
    // The draw is made in any case, so that a run without faults keeps the same schedule.
    boolean drawn = random.nextDouble() < probability;
    if (calm || !drawn || !faultsAllowed) {
      return false;
    }
    note(fault);
    return true;
  }

  /** Counts a fault that the caller brings about. */
  void note(Fault fault) {
    faults++;
    coverage.injected(fault);
    tell("fault", fault.name());
  }

  /** How many records a reader takes in one step: chance makes it lag, calm lets it keep up. */
  public int batch(int max) {
    return calm ? Integer.MAX_VALUE : random.nextInt(max + 1);
  }

  public boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  public <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** Notes what happened, for the trace of a seed that fails. */
  public void tell(String who, String what) {
    String line = Duration.between(START, now).toMillis() + " ms " + who + ": " + what;
    digest = digest * 31 + line.hashCode();
    trace.addLast(line);
    if (trace.size() > TRACE_MAX) {
      trace.removeFirst();
    }
  }

  /** The last things that happened. */
  List<String> trace() {
    return List.copyOf(trace);
  }

  /** Stands for everything that happened: two runs of one seed must agree on it. */
  long digest() {
    return digest;
  }

  long faults() {
    return faults;
  }
}
