package io.lethe.serving;

import io.lethe.engine.EngineSettings;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.KafkaOptions;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.serving.acknowledge.KafkaServingPublisher;
import io.lethe.serving.acknowledge.ServingAnnouncer;
import io.lethe.serving.acknowledge.ServingPublisher;
import io.lethe.serving.domain.AgeClock;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.follow.BrokerContact;
import io.lethe.serving.follow.BrokerEndOffsets;
import io.lethe.serving.follow.EventApplier;
import io.lethe.serving.follow.EventFeed;
import io.lethe.serving.follow.KafkaEventFeed;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.history.StateLimits;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.AdapterSwapper;
import io.lethe.serving.model.EngineScoring;
import io.lethe.serving.model.ItemVectors;
import io.lethe.serving.model.Leases;
import io.lethe.serving.model.ReleaseCheck;
import io.lethe.serving.model.ScoringEngine;
import io.lethe.serving.model.SignedReleases;
import io.lethe.serving.recommend.BatchLimits;
import io.lethe.serving.recommend.PromptAssembler;
import io.lethe.serving.recommend.RecommendationMaker;
import io.lethe.serving.recommend.ScoringPool;
import io.lethe.serving.retrieve.ItemIndexer;
import io.lethe.serving.retrieve.SimilarCandidates;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Puts the parts together. What reaches outside the process is a default that tests replace. */
@Singleton
public class ServingBeans {
  private static final Logger LOG = Logger.getLogger(ServingBeans.class);
  private static final String LOADER = "adapter-loader";
  private static final String ANNOUNCER = "announcer";
  private static final String PROBE = "broker-probe";

  private final ServingConfig config;
  private final KafkaOptions kafka;

  public ServingBeans(ServingConfig config, Config configuration) {
    this.config = config;
    this.kafka =
        KafkaOptions.of(
            configuration.getPropertyNames(),
            name -> configuration.getOptionalValue(name, String.class));
  }

  @Produces
  @Singleton
  @DefaultBean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  @DefaultBean
  ScoringEngine engine() {
    return new EngineScoring(
        config.recommenderFolder(), config.artefactStore(), engineSettings(config));
  }

  static EngineSettings engineSettings(ServingConfig config) {
    return new EngineSettings(
            config.torchThreads(), config.precision(), config.threads(), config.batchTokensMax())
        .withDeviceOf("lethe.device", config.device());
  }

  void dispose(@Disposes ScoringEngine engine) {
    engine.close();
  }

  @Produces
  @Singleton
  ServingState state() {
    return new ServingState(
        new StateLimits(
            config.itemsMax(),
            config.subjectsMax(),
            config.interactionsMax(),
            config.requestsMax()));
  }

  @Produces
  @Singleton
  SlotLifecycle lifecycle() {
    return new SlotLifecycle();
  }

  @Produces
  @Singleton
  AdapterSlot slot(ScoringEngine engine) {
    return new AdapterSlot(engine, config.versionsHeldMax());
  }

  @Produces
  @Singleton
  ScoringPool pool(AdapterSlot slot, SlotLifecycle lifecycle) {
    return new ScoringPool(
        config.threads(),
        config.queueMax(),
        new BatchLimits(config.batchPromptsMax(), config.batchWait()),
        new Leases(slot, lifecycle));
  }

  @Produces
  @Singleton
  ServingMetrics metrics(
      MeterRegistry registry,
      AdapterSlot slot,
      ServingState state,
      ScoringPool pool,
      ItemIndexer indexer) {
    return new ServingMetrics(registry, slot, state, pool, indexer);
  }

  @Produces
  @Singleton
  @Named(LOADER)
  DaemonAlarm loaderAlarm() {
    return new DaemonAlarm(LOADER);
  }

  @Produces
  @Singleton
  @Named(ANNOUNCER)
  DaemonAlarm announcerAlarm() {
    return new DaemonAlarm(ANNOUNCER);
  }

  @Produces
  @Singleton
  @Named(PROBE)
  DaemonAlarm probeAlarm() {
    return new DaemonAlarm(PROBE);
  }

  void dispose(@Disposes @jakarta.enterprise.inject.Any DaemonAlarm alarm) {
    alarm.close();
  }

  @Produces
  @Singleton
  @DefaultBean
  ServingPublisher publisher(Clock clock) {
    return new KafkaServingPublisher(
        kafka.addTo(
            KafkaSettings.producer(
                kafka.bootstrapServers(),
                config.schemaRegistryUrl(),
                "serving-" + config.replicaId())),
        clock);
  }

  /** Under its own type alone, so that what dates events asks the wall clock. */
  @Produces
  @Singleton
  @Typed(AgeClock.class)
  AgeClock ages(Clock clock) {
    return new AgeClock(clock, System::nanoTime);
  }

  @Produces
  @Singleton
  ServingAnnouncer announcer(
      AdapterSlot slot,
      ServingPublisher publisher,
      @Named(ANNOUNCER) DaemonAlarm alarm,
      Clock clock,
      AgeClock ages) {
    return new ServingAnnouncer(
        config.replicaId(),
        config.modelId(),
        slot,
        publisher,
        alarm,
        clock,
        ages,
        config.heartbeatInterval(),
        config.acknowledgeInterval());
  }

  @Produces
  @Singleton
  AdapterSwapper swapper(
      ScoringEngine engine,
      AdapterSlot slot,
      SlotLifecycle lifecycle,
      @Named(LOADER) DaemonAlarm alarm,
      Clock clock,
      ServingMetrics metrics,
      ServingAnnouncer announcer) {
    return new AdapterSwapper(
        engine,
        slot,
        lifecycle,
        alarm,
        new Backoff(config.loadRetryFirst(), config.loadRetryMax()),
        clock,
        new SwapReport(metrics, announcer),
        releaseCheck());
  }

  private ReleaseCheck releaseCheck() {
    if (config.catalogPublicKeyFiles().isEmpty()) {
      LOG.warn(
          "versions are served without a check of who released them: set"
              + " lethe.catalog-public-key-files to the public key that the catalog's"
              + " lethe.signing-key-file belongs to");
      return ReleaseCheck.NONE;
    }
    return new SignedReleases(config.modelId(), config.catalogPublicKeyFiles().get());
  }

  @Produces
  @Singleton
  EventApplier applier(ServingState state, AdapterSwapper swapper, ItemIndexer indexer) {
    return new EventApplier(config.modelId(), config.replicaId(), state, swapper, indexer::change);
  }

  @Produces
  @Singleton
  @DefaultBean
  EventFeed feed(
      EventApplier applier,
      AdapterSwapper swapper,
      ServingAnnouncer announcer,
      ServingMetrics metrics,
      @Named(PROBE) DaemonAlarm alarm,
      Clock clock,
      AgeClock ages) {
    Map<String, Object> settings =
        kafka.addTo(KafkaSettings.follower(kafka.bootstrapServers(), config.schemaRegistryUrl()));
    BrokerEndOffsets endOffsets =
        new BrokerEndOffsets(kafka.options(), Topics.ADAPTER_VERSION, Topics.DELETION_REQUESTED);
    return new KafkaEventFeed(
        settings,
        applier,
        announcer,
        new BrokerContact(
            endOffsets,
            announcer::confirmedSentAt,
            swapper::servesTheNewest,
            alarm,
            ages,
            config.catalogProbeInterval(),
            config.catalogTimeout()),
        metrics::skipped,
        clock);
  }

  @Produces
  @Singleton
  ServingReadiness readiness(
      EventFeed feed, SlotLifecycle lifecycle, ServingState state, AgeClock ages) {
    return new ServingReadiness(feed, lifecycle, state, config.catalogTimeout(), ages);
  }

  @Produces
  @Singleton
  RecommendationMaker maker(ServingState state, ItemIndexer indexer) {
    return new RecommendationMaker(
        state,
        new PromptAssembler(config.sampleRule().historyMax()),
        config.candidatesRetrieved(),
        new SimilarCandidates(
            state, indexer, config.retrievalLikedMax(), config.retrievalNeighboursMax()));
  }

  @Produces
  @Singleton
  ItemIndexer indexer(ScoringEngine engine) {
    return new ItemIndexer((ItemVectors) engine, config.retrievalItemsMax());
  }
}
