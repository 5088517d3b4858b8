package io.lethe.simulation.process;

import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.RequestLifecycle;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.domain.VersionTable;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.ledger.follow.Ledger;
import io.lethe.ledger.follow.LedgerFacts;
import io.lethe.ledger.follow.LedgerObserver;
import io.lethe.ledger.follow.LedgerView;
import io.lethe.ledger.follow.PublicationException;
import io.lethe.ledger.receipt.ReceiptIssuer;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.LogSigner;
import io.lethe.ledger.record.LogStore;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.kafka.FollowedRecord;
import io.lethe.schemas.tlog.NoteKey;
import io.lethe.simulation.Fault;
import io.lethe.simulation.Mutation;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.Entry;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** erasure-ledger: the real one, over a log in memory that outlives the process. */
public final class LedgerProcess extends SimulatedProcess {
  /** Longer than a server answers without word, as the defaults are: a test holds them to it. */
  private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(15);

  private static final Duration MISSING_SET_PATIENCE = Duration.ofSeconds(60);
  private static final RecordHeaders NO_HEADERS = new RecordHeaders();
  private static final LogSigner SIGNER = signer();

  private final Disk disk = new Disk();
  private TransitionLog log;
  private String told;
  private RequestLifecycle lifecycle;
  private Ledger ledger;
  private LedgerFacts facts;
  private Follower snapshots;
  private Follower everything;
  private Follower heartbeats;
  private boolean loaded;
  private boolean live;
  private long heartbeatsTaken;

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
    log = TransitionLog.open(disk, SIGNER, entry -> logged.put(entry.after().requestId(), entry));
    ledger =
        new Ledger(
            knowledge,
            progress,
            log,
            logged,
            new Receipts(),
            this::publish,
            new LedgerView(),
            new Unobserved(),
            100,
            clock);
    facts = new LedgerFacts(ledger, World.MODEL, new FlowTable(10, 10, 10), topic -> {});
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
        requireContinuation();
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
    heartbeats.follow(10);
    ledger.evaluate();
    if (!live && everything.isCaughtUp() && heartbeats.isCaughtUp()) {
      live = true;
      ledger.goLive();
    }
  }

  /** Wherever it crashed: what was told of the log is what the log begins with. */
  private void requireContinuation() {
    if (told != null) {
      log.conflictWith(told)
          .ifPresent(
              why -> {
                throw new AssertionError(why);
              });
      ledger.told(told);
    }
  }

  private Consumer<Entry> each(Consumer<FollowedRecord<SpecificRecord>> consumer) {
    return entry -> {
      boolean passesOver =
          world.is(Mutation.LEDGER_COMPLETES_EARLY)
              && entry.topic().equals(Topics.ADAPTER_SERVING.name());
      if (passesOver && !entry.key().equals("server-1")) {
        return;
      }
      consumer.accept(
          new FollowedRecord<>(
              entry.topic(),
              entry.partition(),
              // What it passes over it takes for nothing, not for heartbeats that it missed.
              passesOver ? heartbeatsTaken++ : entry.offset(),
              entry.key(),
              entry.value(),
              entry.timestamp(),
              NO_HEADERS));
    };
  }

  private void publish(List<DeletionProgressed> published) {
    if (world.strikes(Fault.LEDGER_PUBLICATION_LOST, 0.05)) {
      throw new PublicationException(new IllegalStateException("lost"));
    }
    // As the header of each record carries it.
    told = log.checkpoint();
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

  /** Receipts without words: the oracle counts them. */
  private final class Receipts implements ReceiptIssuer {
    @Override
    public Map<Step, String> draft(List<Step> steps, Instant at, Knowledge known) {
      Map<Step, String> digests = new IdentityHashMap<>();
      steps.stream().filter(Step::issuesReceipt).forEach(step -> digests.put(step, "none"));
      return digests;
    }

    @Override
    public void issue(List<LogEntry> entries) {
      entries.forEach(entry -> world.oracle().receipt(entry.after().receiptId()));
    }
  }

  /** The log's files; they outlive the process. */
  private final class Disk implements LogStore {
    private final Map<String, byte[]> files = new HashMap<>();

    @Override
    public Optional<byte[]> read(String path) {
      return Optional.ofNullable(files.get(path));
    }

    @Override
    public void write(String path, byte[] bytes) throws IOException {
      if (files.isEmpty()) {
        files.put(path, bytes);
        return;
      }
      if (world.strikes(Fault.LEDGER_DISK_FULL, 0.01)) {
        throw new IOException("No space left on device");
      }
      files.put(path, bytes);
      if (world.strikes(Fault.CRASH_IN_TRANSACTION, 0.002)) {
        throw new Crash();
      }
    }

    @Override
    public void removeUnfinished(String path, int kept) {
      files.keySet().removeIf(one -> one.startsWith(path + ".p/") && !one.endsWith("/" + kept));
    }

    @Override
    public void close() {}
  }

  private static LogSigner signer() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new LogSigner(
          NoteKey.of("simulated/log", pair.getPublic()),
          message -> {
            try {
              Signature signature = Signature.getInstance("Ed25519");
              signature.initSign(pair.getPrivate());
              signature.update(message);
              return signature.sign();
            } catch (GeneralSecurityException impossible) {
              throw new IllegalStateException(impossible);
            }
          });
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
