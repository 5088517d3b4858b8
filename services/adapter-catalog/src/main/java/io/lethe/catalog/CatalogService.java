package io.lethe.catalog;

import io.lethe.catalog.domain.Lineage;
import io.lethe.catalog.domain.Move;
import io.lethe.catalog.domain.MoveDecision;
import io.lethe.catalog.domain.OverrideLimits;
import io.lethe.catalog.domain.VersionLifecycle;
import io.lethe.catalog.domain.VersionMoves;
import io.lethe.catalog.follow.CandidateLoop;
import io.lethe.catalog.follow.LineageReader;
import io.lethe.catalog.http.VersionMover;
import io.lethe.catalog.release.ActorPseudonyms;
import io.lethe.catalog.release.CandidateDesk;
import io.lethe.catalog.release.CatalogView;
import io.lethe.catalog.release.ReleaseMetrics;
import io.lethe.catalog.release.VersionSigner;
import io.lethe.catalog.release.VersionWriter;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.serde.AvroDeserializer;
import io.lethe.schemas.serde.AvroSerializer;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/** Starts and stops the release loop, and wires it to Kafka. */
@ApplicationScoped
public class CatalogService implements VersionMover {
  private static final Logger LOG = Logger.getLogger(CatalogService.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final CatalogSettings settings;
  private final KafkaConnection kafka;
  private final MeterRegistry meters;
  private final Clock clock;
  private final CatalogView view;
  private String recommenderDigest;
  private VersionSigner signer;
  private ActorPseudonyms actors;
  private CandidateLoop loop;

  CatalogService(
      CatalogSettings settings, KafkaConnection kafka, MeterRegistry meters, Clock clock) {
    this.settings = settings;
    this.kafka = kafka;
    this.meters = meters;
    this.clock = clock;
    this.view = new CatalogView(settings.refusalsMax());
  }

  void start(@Observes StartupEvent event) {
    recommenderDigest =
        RecommenderIdentity.digest(settings.recommenderDigest(), settings.recommenderFolder());
    signer = VersionSigner.of(settings.signingKeyFile());
    actors = ActorPseudonyms.of(settings.signingKeyFile(), new SecureRandom());
    if (settings.signingKeyFile().isEmpty()) {
      LOG.warn(
          "versions are published unsigned: set lethe.signing-key-file, and"
              + " lethe.catalog-public-key-files of the servers, so that they serve what this"
              + " catalog released and nothing else");
    }
    LOG.infof(
        "catalog starts: model=%s, recommender=%s, bootstrap=%s",
        settings.modelId(), recommenderDigest.substring(0, 12), kafka.bootstrapServers());
    loop =
        new CandidateLoop(
            this::newConsumer,
            this::openSession,
            settings.retryPause(),
            settings.movesWaitingMax(),
            clock);
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    if (loop != null) {
      loop.stop(STOP_LIMIT);
    }
  }

  public CatalogView view() {
    return view;
  }

  @Override
  public CompletableFuture<MoveDecision> move(Move move) {
    return loop.submit(move);
  }

  @Override
  public String actorRef(String tokenSubject) {
    return actors.of(tokenSubject);
  }

  CandidateLoop loop() {
    return loop;
  }

  private String clientId() {
    return "lethe-catalog-" + settings.modelId();
  }

  private Consumer<byte[], byte[]> newConsumer() {
    Map<String, Object> config = KafkaSettings.bytesConsumer(kafka.bootstrapServers(), clientId());
    config.putAll(kafka.options());
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId());
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private CandidateLoop.Session openSession(Consumer<byte[], byte[]> consumer)
      throws InterruptedException {
    Map<String, Object> registry =
        KafkaSettings.follower(kafka.bootstrapServers(), settings.schemaRegistryUrl());
    registry.putAll(kafka.options());
    Map<String, Object> config = KafkaSettings.bytesProducer(kafka.bootstrapServers(), clientId());
    config.putAll(kafka.options());
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, clientId());
    AvroSerializer values = new AvroSerializer();
    values.configure(registry, false);
    AvroDeserializer<AdapterTrained> candidates = new AvroDeserializer<>(AdapterTrained.class);
    candidates.configure(registry, false);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      VersionWriter writer = new VersionWriter(producer, values, consumer::groupMetadata, signer);
      Lineage lineage =
          new Lineage(
              settings.modelId(),
              recommenderDigest,
              settings.watermarkLimit(),
              new VersionLifecycle(transition -> {}));
      new LineageReader(registry, settings.modelId(), settings.rebuildTimeout()).readInto(lineage);
      CandidateDesk desk =
          new CandidateDesk(
              settings.modelId(),
              lineage,
              new VersionMoves(
                  lineage,
                  new OverrideLimits(settings.overrideApprovalLimit(), settings.overrideLimit())),
              settings.canaryLimit(),
              writer,
              candidates,
              view,
              new ReleaseMetrics(meters),
              clock);
      desk.open();
      return new Leading(desk, writer, values, candidates);
    } catch (RuntimeException | InterruptedException failed) {
      producer.close(Duration.ZERO);
      values.close();
      candidates.close();
      throw failed;
    }
  }

  private record Leading(
      CandidateDesk desk,
      VersionWriter writer,
      AvroSerializer values,
      AvroDeserializer<AdapterTrained> candidates)
      implements CandidateLoop.Session {
    @Override
    public void take(ConsumerRecord<byte[], byte[]> record) {
      desk.take(record);
    }

    @Override
    public boolean isWaiting() {
      return desk.isWaiting();
    }

    @Override
    public void turn() {
      desk.turn();
    }

    @Override
    public MoveDecision move(Move move) {
      return desk.move(move);
    }

    @Override
    public void close() {
      writer.close();
      values.close();
      candidates.close();
    }
  }
}
