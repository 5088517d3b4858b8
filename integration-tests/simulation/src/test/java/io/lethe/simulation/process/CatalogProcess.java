package io.lethe.simulation.process;

import io.lethe.catalog.domain.Decision;
import io.lethe.catalog.domain.Lineage;
import io.lethe.catalog.domain.Move;
import io.lethe.catalog.domain.MoveDecision;
import io.lethe.catalog.domain.OverrideLimits;
import io.lethe.catalog.domain.ReleasedVersion;
import io.lethe.catalog.domain.VersionLifecycle;
import io.lethe.catalog.domain.VersionMoves;
import io.lethe.catalog.domain.Watermark;
import io.lethe.catalog.domain.WatermarkBarrier;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.RuleOverride;
import io.lethe.simulation.Fault;
import io.lethe.simulation.Mutation;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.ConsumerGroup;
import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.FencedException;
import io.lethe.simulation.broker.Reader;
import io.lethe.simulation.broker.TransactionalProducer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * adapter-catalog: the real {@link Lineage} and {@link VersionMoves} decide; the order of its
 * session is CandidateDesk's.
 */
public final class CatalogProcess extends SimulatedProcess {
  private static final String SOURCE = Topics.ADAPTER_TRAINED.name() + "/0";
  private static final String TRANSACTIONAL_ID = "lethe-catalog";
  private static final int WATERMARK_LIMIT = 1000;

  /** Short, so that a seed sees them pass. */
  public static final Duration CANARY_LIMIT = Duration.ofSeconds(60);

  private static final OverrideLimits LIMITS =
      new OverrideLimits(Duration.ofSeconds(20), Duration.ofSeconds(30));

  private final ConsumerGroup group;
  private TransactionalProducer producer;
  private final Deque<Move> asked = new ArrayDeque<>();
  private Lineage lineage;
  private VersionMoves moves;
  private long position;
  private int generation;

  public CatalogProcess(World world, String name) {
    super(world, name);
    this.group = world.broker().group("catalog", List.of(SOURCE));
  }

  @Override
  protected void onStart() {
    lineage = null;
    generation = -1;
  }

  @Override
  protected void onEnd() {
    lineage = null;
    asked.clear();
  }

  @Override
  protected void onStop() {
    group.leave(name());
  }

  /** A person asks for a move; it is done at the next turn, if this catalog leads then. */
  public void ask(Move move) {
    asked.add(move);
  }

  @Override
  protected void onTurn() {
    try {
      if (lineage != null) {
        moveAsked();
      }
      if (lineage != null && !world.isCalm() && world.chance(0.4)) {
        // In the middle of a batch, or just awake: it has not polled since it was overtaken.
        takeNext();
        return;
      }
      ConsumerGroup.Assignment assignment = group.poll(name(), world.now());
      if (assignment.generation() != generation) {
        generation = assignment.generation();
        lineage = null;
      }
      if (!assignment.sources().contains(SOURCE)) {
        return;
      }
      if (lineage == null) {
        open();
      } else {
        int batch = world.batch(2);
        while (batch-- > 0 && takeNext()) {
          mayCrashInTransaction();
        }
      }
    } catch (FencedException fenced) {
      tell("is fenced: " + fenced.getMessage());
      world.coverage().count("refused writes of a catalog");
      lineage = null;
      generation = -1;
    }
  }

  /** Takes the lead: fences earlier writers, then reads what they have written. */
  private void open() {
    OptionalLong committed = world.broker().position(group, SOURCE, 0);
    if (committed.isEmpty()) {
      return;
    }
    position = committed.getAsLong();
    producer = world.broker().producer(TRANSACTIONAL_ID);
    Lineage opened =
        new Lineage(
            World.MODEL,
            World.RECOMMENDER,
            WATERMARK_LIMIT,
            new VersionLifecycle(world.coverage()::visited),
            barrier());
    Reader reader = world.broker().reader(Topics.ADAPTER_VERSION.name());
    for (Entry entry = reader.poll(); entry != null; entry = reader.poll()) {
      if (World.MODEL.equals(entry.key()) && entry.value() instanceof AdapterVersion version) {
        opened.apply(version);
      }
    }
    if (opened.isEmpty()) {
      AdapterVersion bare = opened.bareVersion(now());
      producer.begin();
      producer.send(Topics.ADAPTER_VERSION.name(), World.MODEL, bare);
      producer.commit();
      opened.apply(bare);
    }
    lineage = opened;
    moves = new VersionMoves(opened, LIMITS);
    tell("leads");
  }

  private WatermarkBarrier barrier() {
    boolean removed = world.is(Mutation.CATALOG_WITHOUT_BARRIER) || world.is(Mutation.NO_BARRIER);
    return removed
        ? new WatermarkBarrier() {
          @Override
          protected boolean admits(Watermark watermark) {
            return true;
          }
        }
        : new WatermarkBarrier();
  }

  private void moveAsked() {
    lineage
        .canary()
        .map(ReleasedVersion::version)
        .filter(version -> !now().isBefore(version.getReleasedAt().plus(CANARY_LIMIT)))
        .ifPresent(
            version -> {
              Move.Order order = new Move.Order("", "its time is over");
              // Where the promotion is refused the trial ends; where not there is none any more.
              asked.addFirst(new Move.EndCanary(order));
              asked.addFirst(new Move.Promote(version.getVersion(), order));
            });
    while (!asked.isEmpty()) {
      Move move = asked.poll();
      MoveDecision decision = moves.decide(move, now());
      String kind = move.getClass().getSimpleName();
      if (decision instanceof MoveDecision.Publish publish) {
        commit(publish.records());
        tell(kind + " " + publish.records().stream().map(CatalogProcess::words).toList());
        world.coverage().count("moves " + kind);
      } else if (decision instanceof MoveDecision.Refuse refuse) {
        tell(kind + " is refused: " + refuse.reason());
        world.coverage().count("moves refused " + refuse.reason());
      }
    }
  }

  private void commit(List<AdapterVersion> records) {
    List<AdapterVersion> written = records.stream().map(this::tampered).toList();
    producer.begin();
    for (AdapterVersion record : written) {
      producer.send(Topics.ADAPTER_VERSION.name(), World.MODEL, record);
      mayCrashInTransaction();
    }
    if (world.strikes(Fault.TRANSACTION_ABORT, 0.03)) {
      producer.abort();
      throw FencedException.aborted();
    }
    producer.commit();
    written.forEach(lineage::apply);
  }

  private static String words(AdapterVersion version) {
    return version.getVersion() + " " + version.getStatus();
  }

  private boolean takeNext() {
    if (lineage.canary().isPresent()) {
      // Candidates wait in their topic.
      return false;
    }
    Entry entry = world.broker().next(Topics.ADAPTER_TRAINED.name(), 0, position);
    if (entry == null) {
      return false;
    }
    if (!World.MODEL.equals(entry.key()) || !(entry.value() instanceof AdapterTrained candidate)) {
      commit(entry, List.of());
      return true;
    }
    Decision decision = lineage.decide(candidate, now());
    if (decision instanceof Decision.Release release) {
      List<AdapterVersion> versions = release.records().stream().map(this::tampered).toList();
      AdapterVersion version = versions.get(0);
      commit(entry, versions);
      versions.forEach(lineage::apply);
      tell("releases version " + version.getVersion() + (version.getExact() ? ", exact" : ""));
    } else {
      commit(entry, List.of());
      if (decision instanceof Decision.Refuse refuse) {
        tell("refuses a candidate: " + refuse.reason());
        world.coverage().count("catalog refusals " + refuse.reason());
        world.oracle().refused(candidate);
      } else {
        world.coverage().count("catalog duplicates");
      }
    }
    return true;
  }

  private void commit(Entry entry, List<AdapterVersion> versions) {
    producer.begin();
    versions.forEach(version -> producer.send(Topics.ADAPTER_VERSION.name(), World.MODEL, version));
    mayCrashInTransaction();
    producer.sendOffsets(group, name(), generation, Map.of(SOURCE, entry.offset() + 1));
    mayCrashInTransaction();
    if (world.strikes(Fault.TRANSACTION_ABORT, 0.03)) {
      producer.abort();
      throw FencedException.aborted();
    }
    producer.commit();
    position = entry.offset() + 1;
  }

  private AdapterVersion tampered(AdapterVersion version) {
    if (world.is(Mutation.CATALOG_FORGETS_WATERMARK)) {
      return AdapterVersion.newBuilder(version).setWatermark(version.getNewRequestIds()).build();
    }
    RuleOverride override = version.getRuleOverride();
    if (world.is(Mutation.OVERRIDE_BY_ONE_PERSON) && override != null) {
      return AdapterVersion.newBuilder(version)
          .setRuleOverride(
              RuleOverride.newBuilder(override)
                  .setApprovedBy(override.getProposedBy())
                  .setApprovedAt(override.getProposedAt())
                  .build())
          .build();
    }
    return version;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
