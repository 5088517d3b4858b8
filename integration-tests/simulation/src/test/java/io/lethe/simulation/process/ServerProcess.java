package io.lethe.simulation.process;

import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterServing;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.serving.ServingReadiness;
import io.lethe.serving.acknowledge.ServingAnnouncer;
import io.lethe.serving.acknowledge.ServingPublisher;
import io.lethe.serving.domain.AgeClock;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.domain.Watermark;
import io.lethe.serving.domain.WatermarkBarrier;
import io.lethe.serving.follow.BrokerContact;
import io.lethe.serving.follow.EventApplier;
import io.lethe.serving.follow.EventFeed;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.history.StateLimits;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.AdapterSwapper;
import io.lethe.serving.model.Lease;
import io.lethe.serving.model.LoadedAdapter;
import io.lethe.serving.model.Refusal;
import io.lethe.serving.model.ReleaseCheck;
import io.lethe.serving.model.ScoringEngine;
import io.lethe.serving.model.SwapObserver;
import io.lethe.serving.recommend.PromptAssembler;
import io.lethe.serving.recommend.RecommendationMaker;
import io.lethe.serving.recommend.RecommendationQuery;
import io.lethe.simulation.Fault;
import io.lethe.simulation.Mutation;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.Entry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** recommendation-server: all but the engine and the network is the real thing. */
public final class ServerProcess extends SimulatedProcess {
  private static final StateLimits LIMITS = new StateLimits(100, 100, 1000, 100);

  private static final Duration HEARTBEAT = Duration.ofSeconds(2);

  private static final Duration ACKNOWLEDGE = Duration.ofMillis(50);
  private static final Duration PROBE = Duration.ofSeconds(5);

  /** Shorter than the default, so that a seed sees it pass more than once. */
  private static final Duration CATALOG_TIMEOUT = Duration.ofSeconds(12);

  private record Due(Instant at, long order, Runnable task) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final List<Prompt> prompts = new ArrayList<>();
  private PriorityQueue<Due> alarms;
  private long armed;
  private ServingState state;
  private SlotLifecycle lifecycle;
  private AdapterSlot slot;
  private AdapterSwapper swapper;
  private ServingAnnouncer announcer;
  private BrokerContact contact;
  private EventApplier applier;
  private Follower contents;
  private Follower deletions;
  private Follower versions;
  private ServingReadiness readiness;
  private RecommendationMaker maker;
  private Instant cutOffUntil = Instant.MIN;

  public ServerProcess(World world, String name) {
    super(world, name);
  }

  @Override
  protected void onStart() {
    alarms = new PriorityQueue<>();
    state = new ServingState(LIMITS);
    lifecycle = new SlotLifecycle();
    Engine engine = new Engine();
    slot = new AdapterSlot(engine);
    Clock ages = new AgeClock(clock, () -> Duration.between(World.START, world.now()).toNanos());
    announcer =
        new ServingAnnouncer(
            name(),
            World.MODEL,
            slot,
            new Publisher(),
            this::alarm,
            clock,
            ages,
            HEARTBEAT,
            ACKNOWLEDGE);
    swapper =
        new AdapterSwapper(
            engine,
            slot,
            lifecycle,
            this::alarm,
            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)),
            clock,
            new Observer(),
            ReleaseCheck.NONE,
            barrier());
    applier = new EventApplier(World.MODEL, name(), state, swapper);
    contact =
        new BrokerContact(
            this::ends,
            joinsUnheard() ? ages::instant : announcer::confirmedSentAt,
            () -> joinsUnheard() || swapper.servesTheNewest(),
            this::alarm,
            ages,
            PROBE,
            CATALOG_TIMEOUT);
    contents =
        new Follower(
            world,
            this::apply,
            Topics.CATALOG_ITEM,
            Topics.PROFILE_SUBJECT,
            Topics.INTERACTION_RECORDED);
    deletions =
        new Follower(world, this::apply, Topics.DELETION_REQUESTED, Topics.DELETION_PROGRESSED);
    versions = new Follower(world, this::apply, Topics.ADAPTER_VERSION);
    readiness = new ServingReadiness(new Feed(), lifecycle, state, CATALOG_TIMEOUT, ages);
    maker = new RecommendationMaker(state, new PromptAssembler(World.RULE.historyMax()), 4);
    announcer.start();
    contact.start();
  }

  @Override
  protected void onEnd() {
    lifecycle.visited().forEach(world.coverage()::visited);
    alarms.clear();
  }

  @Override
  protected void onStop() {
    swapper.stop();
    announcer.stop();
  }

  @Override
  protected void onTurn() {
    fireAlarms();
    if (isCutOff()) {
      return;
    }
    deletions.follow(4);
    announcer.suppressedBelow(deletions.positions(Topics.DELETION_REQUESTED));
    contact.appliedBelow(positions(deletions, Topics.DELETION_REQUESTED));
    contents.follow(6);
    versions.follow(2);
    contact.appliedBelow(positions(versions, Topics.ADAPTER_VERSION));
    fireAlarms();
  }

  /** Users still reach it; the broker does not. */
  public void cutOff(Duration duration) {
    cutOffUntil = world.now().plus(duration);
    tell("is cut off for " + duration);
  }

  public void reconnect() {
    cutOffUntil = Instant.MIN;
  }

  private boolean isCutOff() {
    return world.now().isBefore(cutOffUntil);
  }

  /** Whether it would answer a user now. */
  public boolean isAnswering() {
    return isRunning()
        && (readiness.obstacles().isEmpty()
            || (world.is(Mutation.SERVER_ANSWERS_WHILE_CUT_OFF) && slot.serving().isPresent()));
  }

  /** What it would answer from. */
  public Optional<ReleasedVersion> served() {
    return slot.serving().map(AdapterSlot.Serving::version);
  }

  /** The version that would answer a subject now; empty where none would. */
  public Optional<ReleasedVersion> answersWith(String subjectRef) {
    try (Lease lease = slot.acquire(subjectRef).orElse(null)) {
      return Optional.ofNullable(lease).map(Lease::version);
    }
  }

  private WatermarkBarrier barrier() {
    return world.is(Mutation.NO_BARRIER)
        ? new WatermarkBarrier() {
          @Override
          public long missing(Watermark watermark) {
            return 0;
          }
        }
        : new WatermarkBarrier();
  }

  /** A user asks; gives the version that answered and what of the subject was in the prompts. */
  public Optional<Answer> ask(String subjectRef) {
    prompts.clear();
    try (Lease lease = slot.acquire(subjectRef).orElse(null)) {
      if (lease == null) {
        return Optional.empty();
      }
      ReleasedVersion servedBy =
          maker.make(new RecommendationQuery(subjectRef, null, 2), lease).servedBy();
      List<String> shown =
          prompts.stream()
              .flatMap(prompt -> prompt.history().stream())
              .map(Viewed::title)
              .distinct()
              .toList();
      boolean profile = prompts.stream().anyMatch(prompt -> prompt.profile() != null);
      return Optional.of(new Answer(servedBy, shown, profile));
    }
  }

  /**
   * An answer.
   *
   * @param shownItems items of the subject's history that prompts showed
   * @param showsProfile whether prompts said anything of the person
   */
  public record Answer(ReleasedVersion version, List<String> shownItems, boolean showsProfile) {}

  private void apply(Entry entry) {
    try {
      dispatch(entry);
    } catch (IllegalArgumentException unusable) {
      world.coverage().count("server skipped records");
    }
  }

  private void dispatch(Entry entry) {
    String topic = entry.topic();
    if (topic.equals(Topics.INTERACTION_RECORDED.name())) {
      applier.interaction(entry.key(), (InteractionRecorded) entry.value());
    } else if (topic.equals(Topics.PROFILE_SUBJECT.name())) {
      applier.profile(entry.key(), (SubjectProfile) entry.value());
    } else if (topic.equals(Topics.CATALOG_ITEM.name())) {
      applier.item(entry.key(), (CatalogItem) entry.value());
    } else if (topic.equals(Topics.DELETION_REQUESTED.name())) {
      if (!world.is(Mutation.SERVER_IGNORES_REQUESTS)) {
        applier.deletionRequested((DeletionRequested) entry.value());
      }
    } else if (topic.equals(Topics.DELETION_PROGRESSED.name())) {
      applier.deletionProgressed((DeletionProgressed) entry.value());
    } else {
      applier.adapterVersion((AdapterVersion) entry.value());
    }
  }

  private void alarm(Duration delay, Runnable task) {
    Duration wait = delay.isNegative() ? Duration.ZERO : delay;
    alarms.add(new Due(world.now().plus(wait), armed++, task));
  }

  private void fireAlarms() {
    while (!alarms.isEmpty() && !alarms.peek().at().isAfter(world.now())) {
      alarms.poll().task().run();
    }
  }

  private Map<TopicPartition, Long> ends() {
    if (isCutOff()) {
      throw new IllegalStateException("no answer");
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    List<Topic<?>> topics =
        joinsUnheard()
            ? List.of(Topics.ADAPTER_VERSION)
            : List.of(Topics.ADAPTER_VERSION, Topics.DELETION_REQUESTED);
    for (Topic<?> topic : topics) {
      for (int partition = 0; partition < world.broker().partitions(topic.name()); partition++) {
        ends.put(
            new TopicPartition(topic.name(), partition),
            world.broker().end(topic.name(), partition));
      }
    }
    return ends;
  }

  private boolean joinsUnheard() {
    return world.is(Mutation.SERVER_ANSWERS_BEFORE_IT_JOINED);
  }

  private static Map<TopicPartition, Long> positions(Follower follower, Topic<?> topic) {
    return follower.positions(topic).entrySet().stream()
        .collect(
            Collectors.toMap(
                position -> new TopicPartition(topic.name(), position.getKey()),
                Map.Entry::getValue));
  }

  private final class Publisher implements ServingPublisher {
    @Override
    public void publish(AdapterServing serving, Runnable onConfirmed) {
      if (!isCutOff()) {
        world.broker().append(Topics.ADAPTER_SERVING.name(), serving.getReplicaId(), serving);
        onConfirmed.run();
      }
    }

    @Override
    public void retract(String replicaId) {
      if (!isCutOff()) {
        world.broker().append(Topics.ADAPTER_SERVING.name(), replicaId, null);
      }
    }
  }

  private final class Observer implements SwapObserver {
    @Override
    public void switched(AdapterSlot.Serving serving, Duration took) {
      tell("serves version " + serving.version().version());
      announcer.switched();
    }

    @Override
    public void refused(Refusal refusal) {
      tell("refuses version " + refusal.version());
      world.coverage().count("server refusals");
    }
  }

  private final class Feed implements EventFeed {
    @Override
    public void start() {}

    @Override
    public Optional<String> behind() {
      boolean caughtUp = deletions.isCaughtUp() && contents.isCaughtUp() && versions.isCaughtUp();
      return caughtUp ? Optional.empty() : Optional.of("still reading");
    }

    @Override
    public Optional<String> fault() {
      return Optional.empty();
    }

    @Override
    public Instant knownAt() {
      return contact.knownAt();
    }

    @Override
    public Optional<String> waitsFor() {
      return contact.waitsFor();
    }

    @Override
    public void close() {}
  }

  /** Scores nothing, but remembers what it was asked. */
  private final class Engine implements ScoringEngine {
    @Override
    public String recommenderDigest() {
      return World.RECOMMENDER;
    }

    @Override
    public LoadedAdapter load(ReleasedVersion version) {
      if (world.strikes(Fault.ADAPTER_UNREADABLE, 0.1)
          || !world.artefacts().has(version.adapterId())) {
        throw new IllegalStateException("the artefact store does not have it");
      }
      return new Loaded(version.adapterId());
    }

    @Override
    public float[] score(List<Prompt> asked, LoadedAdapter adapter) {
      prompts.addAll(asked);
      float[] scores = new float[asked.size()];
      Arrays.fill(scores, 0.5f);
      return scores;
    }

    @Override
    public void close() {}
  }

  private record Loaded(String id) implements LoadedAdapter {
    @Override
    public boolean retain() {
      return true;
    }

    @Override
    public void release() {}
  }
}
