package io.lethe.worker;

import io.lethe.engine.AdapterStore;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Recommender;
import io.lethe.engine.method.InTurn;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.serde.AvroDeserializer;
import io.lethe.schemas.serde.AvroSerializer;
import io.lethe.worker.assemble.ExampleAssembler;
import io.lethe.worker.assemble.RetainReservoir;
import io.lethe.worker.assemble.TitleIndex;
import io.lethe.worker.claim.AttemptLog;
import io.lethe.worker.claim.ForgetSetReader;
import io.lethe.worker.claim.ForgetSetWork;
import io.lethe.worker.domain.JobLog;
import io.lethe.worker.domain.ParentTracker;
import io.lethe.worker.publish.CandidateStorage;
import io.lethe.worker.publish.OutcomeWriter;
import io.lethe.worker.unlearn.EngineUnlearning;
import io.lethe.worker.unlearn.FlowLimits;
import io.lethe.worker.unlearn.TrainingThread;
import io.lethe.worker.unlearn.UnlearningFlow;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import org.jboss.logging.Logger;

/** Builds the worker's parts, starts them in order and stops them in the opposite one. */
@ApplicationScoped
class Worker {
  private static final Logger LOG = Logger.getLogger(Worker.class);

  /** Before the channels connect, so that a start that cannot succeed consumes nothing. */
  private static final int BEFORE_MESSAGING = 1;

  private final WorkerSettings settings;
  private final KafkaConnection kafka;
  private final WorkerMetrics metrics;
  private final Clock clock;
  private final JobLog jobs;
  private final TrainingThread training;
  private EngineUnlearning engine;
  private ParentTracker parents;
  private Followers followers;
  private UnlearningFlow flow;
  private AvroSerializer serializer;
  private AvroDeserializer<ForgetSetClosed> deserializer;
  private ForgetSetWork work;

  Worker(WorkerSettings settings, KafkaConnection kafka, MeterRegistry meters, Clock clock) {
    this.settings = settings;
    this.kafka = kafka;
    this.metrics = new WorkerMetrics(meters);
    this.clock = clock;
    this.jobs = new JobLog(settings.jobsMax());
    this.training = new TrainingThread(clock);
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
    engine =
        new EngineUnlearning(
            recommender,
            new AdapterStore(settings.artefactStore()),
            new InTurn(settings.methods()),
            UnlearningOverrides.apply(settings.unlearning()));
    parents = new ParentTracker(engine.recommenderDigest(), settings.candidatesRememberedMax());
    TitleIndex titles = new TitleIndex(settings.titlesMax());
    RetainReservoir reservoir = new RetainReservoir(settings.retainSlotsMax());
    Map<String, Object> registry =
        KafkaSettings.follower(kafka.bootstrapServers(), settings.schemaRegistryUrl());
    registry.putAll(kafka.options());
    followers = new Followers(registry, settings.modelId(), titles, reservoir, parents, metrics);
    flow =
        new UnlearningFlow(
            engine,
            parents,
            reservoir,
            new ExampleAssembler(titles),
            new CandidateStorage(
                settings.storeAttemptsMax(), settings.retryPause(), parents::awaitStop),
            new AttemptLog(settings.stateDirectory()),
            jobs,
            limits(),
            clock,
            transition -> training.beat(),
            training::beat);
    serializer = new AvroSerializer();
    serializer.configure(registry, false);
    deserializer = new AvroDeserializer<>(ForgetSetClosed.class);
    deserializer.configure(registry, false);
    work =
        new ForgetSetWork(
            new ForgetSetReader(settings.modelId(), deserializer),
            flow,
            new OutcomeWriter(serializer, clock),
            settings.retryPause(),
            parents::awaitStop,
            metrics);
    LOG.infof(
        "worker built: model=%s, replica=%s, recommender=%s, bootstrap=%s",
        settings.modelId(),
        settings.replicaId(),
        engine.recommenderDigest().substring(0, 12),
        kafka.bootstrapServers());
  }

  void start(@Observes @Priority(BEFORE_MESSAGING) StartupEvent event) {
    followers.start();
  }

  void stop(@Observes @Priority(BEFORE_MESSAGING) ShutdownEvent event) throws InterruptedException {
    flow.stop();
    boolean ended = training.stop(settings.stopTimeout());
    followers.close();
    serializer.close();
    deserializer.close();
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

  ForgetSetWork work() {
    return work;
  }

  TrainingThread training() {
    return training;
  }

  Followers followers() {
    return followers;
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
