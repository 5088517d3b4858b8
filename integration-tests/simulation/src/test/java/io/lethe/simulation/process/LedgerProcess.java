package io.lethe.simulation.process;

import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.RequestLifecycle;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.domain.VersionTable;
import io.lethe.ledger.follow.Ledger;
import io.lethe.ledger.follow.LedgerFacts;
import io.lethe.ledger.follow.LedgerObserver;
import io.lethe.ledger.follow.LedgerView;
import io.lethe.ledger.follow.PublicationException;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.LogFile;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.kafka.FollowedRecord;
import io.lethe.simulation.Fault;
import io.lethe.simulation.Mutation;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** erasure-ledger: the real one, over a log in memory that outlives the process. */
public final class LedgerProcess extends SimulatedProcess {
  /** Longer than a server answers without word, as the defaults are: a test holds them to it. */
  private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(15);

  private static final Duration MISSING_SET_PATIENCE = Duration.ofSeconds(60);
  private static final RecordHeaders NO_HEADERS = new RecordHeaders();

  private final Disk disk = new Disk();
  private RequestLifecycle lifecycle;
  private Ledger ledger;
  private LedgerFacts facts;
  private Follower snapshots;
  private Follower everything;
  private Follower heartbeats;
  private boolean loaded;
  private boolean live;

  public LedgerProcess(World world, String name) {
    super(world, name);
  }

  @Override
  protected void onStart() {
    lifecycle = new RequestLifecycle();
    Knowledge knowledge =
        new Knowledge(new VersionTable(16), new ServerTable(SERVER_TIMEOUT, 1, 10), 100);
    RequestProgress progress =
        new RequestProgress(
            lifecycle,
            knowledge,
            MISSING_SET_PATIENCE,
            (requestId, reason) -> world.coverage().count("ledger ignored events"));
    Map<String, LogEntry> logged = new LinkedHashMap<>();
    TransitionLog log =
        TransitionLog.open(disk, entry -> logged.put(entry.after().requestId(), entry));
    ledger =
        new Ledger(
            knowledge,
            progress,
            log,
            logged,
            (entry, known) -> world.oracle().receipt(entry.after().receiptId()),
            this::publish,
            new LedgerView(),
            new Unobserved(),
            100,
            clock);
    facts = new LedgerFacts(ledger, World.MODEL, topic -> {});
    snapshots = new Follower(world, each(facts::load), Topics.DELETION_PROGRESSED);
    loaded = false;
    live = false;
  }

  @Override
  protected void onEnd() {
    lifecycle.visited().forEach(world.coverage()::visited);
    ledger = null;
  }

  @Override
  protected void onTurn() {
    if (!loaded) {
      snapshots.follow(20);
      if (snapshots.isCaughtUp()) {
        ledger.loaded();
        loaded = true;
        everything =
            new Follower(
                world,
                each(facts::apply),
                Topics.DELETION_REQUESTED,
                Topics.FORGET_SET_CLOSED,
                Topics.ADAPTER_TRAINED,
                Topics.ADAPTER_VERSION);
        heartbeats = new Follower(world, each(facts::apply), Topics.ADAPTER_SERVING);
      }
      return;
    }
    everything.follow(10);
    // That a server joined is read before the server has started to answer: see the guide's limits.
    heartbeats.follow();
    ledger.evaluate();
    if (!live && everything.isCaughtUp()) {
      live = true;
      ledger.goLive();
    }
  }

  private Consumer<Entry> each(Consumer<FollowedRecord<SpecificRecord>> consumer) {
    return entry -> {
      boolean dropped =
          world.is(Mutation.LEDGER_COMPLETES_EARLY)
              && entry.topic().equals(Topics.ADAPTER_SERVING.name())
              && !entry.key().equals("server-1");
      if (!dropped) {
        consumer.accept(
            new FollowedRecord<>(
                entry.topic(),
                entry.partition(),
                entry.offset(),
                entry.key(),
                entry.value(),
                entry.timestamp(),
                NO_HEADERS));
      }
    };
  }

  private void publish(List<DeletionProgressed> published) {
    if (world.strikes(Fault.LEDGER_PUBLICATION_LOST, 0.05)) {
      throw new PublicationException(new IllegalStateException("lost"));
    }
    for (DeletionProgressed snapshot : published) {
      tell(World.brief(snapshot.getRequestId()) + " is " + snapshot.getStage());
      world.broker().append(Topics.DELETION_PROGRESSED.name(), snapshot.getRequestId(), snapshot);
      if (world.strikes(Fault.CRASH_IN_TRANSACTION, 0.02)) {
        throw new Crash();
      }
    }
  }

  private final class Unobserved implements LedgerObserver {
    @Override
    public void recorded(Step step) {
      if (step.after().getStage() == RequestStage.COMPLETED) {
        world.coverage().count("completions");
      }
    }

    @Override
    public void ignored() {}
  }

  /** The log's bytes; they outlive the process. */
  private final class Disk implements LogFile {
    private byte[] bytes = new byte[0];

    @Override
    public byte[] read() {
      return bytes.clone();
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void append(byte[] more) throws IOException {
      boolean full = world.strikes(Fault.LEDGER_DISK_FULL, 0.03);
      ByteArrayOutputStream grown = new ByteArrayOutputStream();
      grown.write(bytes);
      // A full disk takes half of it.
      grown.write(more, 0, full ? more.length / 2 : more.length);
      bytes = grown.toByteArray();
      if (full) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void truncate(long size) {
      bytes = Arrays.copyOf(bytes, (int) size);
    }

    @Override
    public void close() {}
  }
}
