package io.lethe.worker;

import io.lethe.engine.AdapterStore;
import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Recommender;
import io.lethe.engine.UnlearningSettings;
import io.lethe.engine.method.InTurn;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.seal.DataKeyFolder;
import io.lethe.schemas.seal.DataKeys;
import io.lethe.schemas.serde.AvroDeserializer;
import io.lethe.schemas.serde.AvroSerializer;
import io.lethe.worker.assemble.ExampleAssembler;
import io.lethe.worker.assemble.RetainReservoir;
import io.lethe.worker.assemble.TitleIndex;
import io.lethe.worker.claim.AttemptLog;
import io.lethe.worker.claim.ForgetSetReader;
import io.lethe.worker.claim.ForgetSetWork;
import io.lethe.worker.domain.DueDates;
import io.lethe.worker.domain.JobLog;
import io.lethe.worker.domain.Outcome;
import io.lethe.worker.domain.ParentTracker;
import io.lethe.worker.publish.AdapterSweep;
import io.lethe.worker.publish.CandidateStorage;
import io.lethe.worker.publish.OutcomeWriter;
import io.lethe.worker.publish.ProgressTeller;
import io.lethe.worker.replay.EngineReplay;
import io.lethe.worker.replay.ReplayFlow;
import io.lethe.worker.replay.ReplayTurns;
import io.lethe.worker.unlearn.EngineUnlearning;
import io.lethe.worker.unlearn.FlowLimits;
import io.lethe.worker.unlearn.TrainingThread;
import io.lethe.worker.unlearn.UnlearningFlow;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jboss.logging.Logger;

/** Builds the worker's parts, starts them in order and stops them in the opposite one. */
@ApplicationScoped
class Worker {
  private static final Logger LOG = Logger.getLogger(Worker.class);

  /** Before the channels connect, so that a start that cannot succeed consumes nothing. */
  private static final int BEFORE_MESSAGING = 1;

  private static final String FORGET_SETS = "forget-sets";
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration ASSIGNMENT_TIMEOUT = Duration.ofSeconds(2);

  /** Beyond the broker's own limit of a transaction, 60 s, whose end the producer reports. */
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(90);

  /** Longest pause before a dead letter is tried again that its topic did not take. */
  private static final Duration DEAD_LETTER_PAUSE_MAX = Duration.ofSeconds(60);

  /** Exit code of a worker that only a new process can take the place of. */
  private static final int BROKEN = 1;

  private static final Duration READ_BACK_MAX = Duration.ofSeconds(30);

  private final WorkerSettings settings;
  private final KafkaConnection kafka;
  private final KafkaClientService clients;
  private final Outcomes outcomes;
  private final WorkerMetrics metrics;
  private final Clock clock;
  private final JobLog jobs;
  private final TrainingThread training;
  private final BlockedPartitions blocked;
  private EngineUnlearning engine;
  private ParentTracker parents;
  private Followers followers;
  private UnlearningFlow flow;
  private AvroSerializer serializer;
  private AvroDeserializer<ForgetSetClosed> deserializer;
  private DataKeys keys;
  private ForgetSetWork work;
  private ReplayFlow replayFlow;
  private ReplayTurns replays;
  private ScheduledExecutorService watch;
  private ProgressTeller progress;
  private AdapterSweep adapters;

  Worker(
      WorkerSettings settings,
      KafkaConnection kafka,
      KafkaClientService clients,
      Outcomes outcomes,
      MeterRegistry meters,
      Clock clock) {
    this.settings = settings;
    this.kafka = kafka;
    this.clients = clients;
    this.outcomes = outcomes;
    this.metrics = new WorkerMetrics(meters);
    this.clock = clock;
    this.jobs = new JobLog(settings.jobsMax());
    this.training = new TrainingThread(clock, () -> Quarkus.asyncExit(BROKEN));
    Duration pause = settings.retryPause();
    this.blocked =
        new BlockedPartitions(
            pause,
            pause.compareTo(DEAD_LETTER_PAUSE_MAX) > 0 ? pause : DEAD_LETTER_PAUSE_MAX,
            clock);
  }

  static EngineSettings engineSettings(WorkerSettings settings) {
    return EngineSettings.defaults()
        .withThreads(settings.threads())
        .withPrecision(settings.precision())
        .withDeviceOf("lethe.device", settings.device());
  }

  @PostConstruct
  void build() {
    Recommender recommender =
        Recommender.load(settings.recommenderFolder(), engineSettings(settings));
    AdapterStore store = new AdapterStore(settings.artefactStore());
    UnlearningSettings unlearning = UnlearningOverrides.apply(settings.unlearning());
    engine = new EngineUnlearning(recommender, store, new InTurn(settings.methods()), unlearning);
    parents =
        new ParentTracker(engine.recommenderDigest(), settings.candidatesRememberedMax(), clock);
    TitleIndex titles = new TitleIndex(settings.titlesMax());
    RetainReservoir reservoir = new RetainReservoir(settings.retainSlotsMax());
    Map<String, Object> registry = follower();
    DueDates dueDates = new DueDates(settings.dueDatesMax());
    followers =
        new Followers(registry, settings.modelId(), titles, reservoir, parents, dueDates, metrics);
    ExampleAssembler assembler = new ExampleAssembler(titles);
    CandidateStorage storage =
        new CandidateStorage(
            settings.storeAttemptsMax(), settings.retryPause(), parents::awaitStop);
    AttemptLog attempts = new AttemptLog(settings.stateDirectory());
    flow =
        new UnlearningFlow(
            engine,
            parents,
            reservoir,
            assembler,
            storage,
            attempts,
            jobs,
            limits(),
            clock,
            transition -> training.beat(),
            training::beat);
    serializer = new AvroSerializer();
    serializer.configure(registry, false);
    deserializer = new AvroDeserializer<>(ForgetSetClosed.class);
    deserializer.configure(registry, false);
    keys = DataKeyFolder.open(settings.dataKeyFolder());
    OutcomeWriter writer = new OutcomeWriter(serializer, clock);
    work =
        new ForgetSetWork(
            new ForgetSetReader(settings.modelId(), deserializer, keys),
            flow,
            writer,
            settings.retryPause(),
            parents::awaitStop,
            blocked,
            metrics);
    metrics.show(blocked);
    replayFlow =
        new ReplayFlow(
            new EngineReplay(recommender, store, unlearning),
            parents,
            reservoir,
            assembler,
            storage,
            attempts,
            candidate -> outcomes.commit(writer.candidate(candidate), COMMIT_TIMEOUT),
            settings.attemptsMax(),
            settings.exactAfter(),
            READ_BACK_MAX,
            clock,
            transition -> training.beat(),
            training::beat,
            metrics::ended);
    metrics.show(replayFlow);
    replays =
        new ReplayTurns(
            replayFlow,
            dueDates,
            training::execute,
            this::holdsPartition,
            new ReplayTurns.Limits(
                settings.exactEnabled(), settings.exactAfter(), settings.exactLead()),
            clock);
    adapters =
        new AdapterSweep(
            store,
            recommender.digest(),
            parents,
            settings.adapterRetention(),
            settings.parentWait(),
            clock);
    progress = progressTeller();
    LOG.infof(
        "worker built: model=%s, replica=%s, recommender=%s, bootstrap=%s",
        settings.modelId(),
        settings.replicaId(),
        engine.recommenderDigest().substring(0, 12),
        kafka.bootstrapServers());
  }

  void start(@Observes @Priority(BEFORE_MESSAGING) StartupEvent event) {
    followers.start();
    prepare(null);
    watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "watch");
              thread.setDaemon(true);
              return thread;
            });
    progress.start(settings.progressInterval());
    watch.scheduleWithFixedDelay(
        this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    long sweepMillis = settings.adapterSweepInterval().toMillis();
    watch.scheduleWithFixedDelay(this::sweep, sweepMillis, sweepMillis, TimeUnit.MILLISECONDS);
  }

  /** Readies the engine for the set that continues what was published, while none is worked on. */
  void prepareAfter(ForgetSetWork.Result result) {
    result
        .settled()
        .map(UnlearningFlow.Settled::outcome)
        .filter(Outcome.Publish.class::isInstance)
        .map(outcome -> ((Outcome.Publish) outcome).candidate())
        .map(AdapterTrained::getAdapterId)
        .ifPresent(this::prepare);
  }

  private void prepare(String adapterId) {
    try {
      training.execute(
          () -> {
            try {
              engine.prepare(adapterId);
            } catch (EngineException unprepared) {
              // The next set finds it itself, and says what is wrong where it still is.
              LOG.warnf("could not prepare for the next set: %s", unprepared.getMessage());
            }
          });
    } catch (RejectedExecutionException stopping) {
      LOG.debug("stops, so there is no next set to prepare for");
    }
  }

  void stop(@Observes @Priority(BEFORE_MESSAGING) ShutdownEvent event) throws InterruptedException {
    watch.shutdownNow();
    replays.stop();
    flow.stop();
    boolean ended = training.stop(settings.stopTimeout());
    progress.close();
    followers.close();
    serializer.close();
    deserializer.close();
    keys.close();
    if (ended) {
      engine.close();
    } else {
      LOG.warnf(
          "a run still computes %s after the stop (lethe.stop-timeout); its forget set comes again"
              + " after the next start",
          settings.stopTimeout());
    }
  }

  @Produces
  @Singleton
  JobLog jobs() {
    return jobs;
  }

  @Produces
  @Singleton
  ReplayFlow replayFlow() {
    return replayFlow;
  }

  ReplayTurns replays() {
    return replays;
  }

  ForgetSetWork work() {
    return work;
  }

  BlockedPartitions blocked() {
    return blocked;
  }

  TrainingThread training() {
    return training;
  }

  Followers followers() {
    return followers;
  }

  /** A look that fails must not end the watch. */
  private void look() {
    try {
      replays.look();
    } catch (RuntimeException failed) {
      LOG.error("could not tell whether it is the exact path's turn; looks again", failed);
    }
  }

  private void sweep() {
    try {
      if (holdsPartition()) {
        metrics.removedAdapters(adapters.sweep());
      }
    } catch (RuntimeException failed) {
      LOG.error(
          "could not remove adapters that are no longer needed; see that lethe.artefact-store is"
              + " writable, it is tried again",
          failed);
    }
  }

  /** All forget sets of a model lie in one partition, so its holder works for the model alone. */
  private boolean holdsPartition() {
    try {
      KafkaConsumer<byte[], byte[]> consumer = clients.getConsumer(FORGET_SETS);
      return consumer != null
          && !consumer.getAssignments().await().atMost(ASSIGNMENT_TIMEOUT).isEmpty();
    } catch (RuntimeException unknown) {
      LOG.debug("the assignment of forget sets is not known at the moment", unknown);
      return false;
    }
  }

  private Map<String, Object> follower() {
    Map<String, Object> follower =
        KafkaSettings.follower(kafka.bootstrapServers(), settings.schemaRegistryUrl());
    follower.putAll(kafka.options());
    return follower;
  }

  private ProgressTeller progressTeller() {
    Map<String, Object> producer =
        KafkaSettings.producer(
            kafka.bootstrapServers(),
            settings.schemaRegistryUrl(),
            "lethe-worker-" + settings.replicaId() + "-progress");
    producer.putAll(kafka.options());
    producer.putAll(ProgressTeller.PRODUCER_LIMITS);
    return new ProgressTeller(
        jobs, new KafkaProducer<>(producer), settings.modelId(), settings.replicaId(), clock);
  }

  private FlowLimits limits() {
    return new FlowLimits(
        settings.parentWait(),
        settings.retainWait(),
        settings.retainMin(),
        settings.attemptsMax(),
        settings.restartsMax(),
        settings.storeAttemptsMax(),
        settings.retryPause());
  }
}
