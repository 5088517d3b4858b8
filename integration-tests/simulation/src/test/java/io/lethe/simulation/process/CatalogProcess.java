package io.lethe.simulation.process;

import io.lethe.catalog.domain.Decision;
import io.lethe.catalog.domain.Lineage;
import io.lethe.catalog.domain.VersionLifecycle;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.simulation.Fault;
import io.lethe.simulation.Mutation;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.ConsumerGroup;
import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.FencedException;
import io.lethe.simulation.broker.Reader;
import io.lethe.simulation.broker.TransactionalProducer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * adapter-catalog: the real {@link Lineage} decides; the order of its session is CandidateDesk's.
 */
public final class CatalogProcess extends SimulatedProcess {
  private static final String SOURCE = Topics.ADAPTER_TRAINED.name() + "/0";
  private static final String TRANSACTIONAL_ID = "lethe-catalog";
  private static final int WATERMARK_LIMIT = 1000;

  private final ConsumerGroup group;
  private TransactionalProducer producer;
  private Lineage lineage;
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
  }

  @Override
  protected void onStop() {
    group.leave(name());
  }

  @Override
  protected void onTurn() {
    try {
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
            new VersionLifecycle(world.coverage()::visited));
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
    tell("leads");
  }

  private boolean takeNext() {
    Entry entry = world.broker().next(Topics.ADAPTER_TRAINED.name(), 0, position);
    if (entry == null) {
      return false;
    }
    if (!World.MODEL.equals(entry.key()) || !(entry.value() instanceof AdapterTrained candidate)) {
      commit(entry, null);
      return true;
    }
    Decision decision = lineage.decide(candidate, now());
    if (decision instanceof Decision.Release release) {
      AdapterVersion version = tampered(release.version());
      commit(entry, version);
      lineage.apply(version);
      tell("releases version " + version.getVersion() + (version.getExact() ? ", exact" : ""));
    } else {
      commit(entry, null);
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

  private void commit(Entry entry, AdapterVersion version) {
    producer.begin();
    if (version != null) {
      producer.send(Topics.ADAPTER_VERSION.name(), World.MODEL, version);
    }
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
    return world.is(Mutation.CATALOG_FORGETS_WATERMARK)
        ? AdapterVersion.newBuilder(version).setWatermark(version.getNewRequestIds()).build()
        : version;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
