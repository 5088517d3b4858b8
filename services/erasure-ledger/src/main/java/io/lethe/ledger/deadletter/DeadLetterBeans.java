package io.lethe.ledger.deadletter;

import io.lethe.ledger.LedgerConfig;
import io.lethe.ledger.LedgerMetrics;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.ledger.follow.LedgerView;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.lethe.schemas.kafka.KafkaOptions;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.serde.AvroDeserializer;
import io.lethe.schemas.serde.AvroSerializer;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Puts the dead letters' steps together. */
@Singleton
class DeadLetterBeans {
  private static final String ACTOR_KEY_FILE = "actor-pseudonym.key";

  /** Stages at which a request is in a forget set, or needs none. */
  private static final Set<RequestStage> IN_FORGET_SET =
      EnumSet.of(
          RequestStage.FORGET_SET_CLOSED,
          RequestStage.CANDIDATE_TRAINED,
          RequestStage.CANDIDATE_REFUSED,
          RequestStage.RELEASED,
          RequestStage.COMPLETED,
          RequestStage.WITHDRAWN);

  /** Stages at which the request's forget set is worked off, or needs not be. */
  private static final Set<RequestStage> FORGOTTEN =
      EnumSet.of(RequestStage.RELEASED, RequestStage.COMPLETED, RequestStage.WITHDRAWN);

  private final LedgerConfig config;
  private final KafkaOptions kafka;
  private final Clock clock;

  DeadLetterBeans(LedgerConfig config, KafkaOptions kafka, Clock clock) {
    this.config = config;
    this.kafka = kafka;
    this.clock = clock;
  }

  @Produces
  @Singleton
  DeadLetterTable table(LedgerView view) {
    return new DeadLetterTable(
        config.deadLetters().recordsMax(),
        config.deadLetters().unknownDeadline(),
        answered(view),
        clock);
  }

  @Produces
  @Singleton
  CarriedRequests requests() {
    return new CarriedRequests(values(), clock);
  }

  @Produces
  @Singleton
  DeadLetterFollowers followers(
      DeadLetterTable table, CarriedRequests requests, LedgerMetrics metrics) {
    return new DeadLetterFollowers(
        table, requests, followerSettings(), metrics::countUnusable, clock);
  }

  @Produces
  @Singleton
  BlockedPartitions blocked() {
    return new BlockedPartitions(
        config.deadLetters().retryPauseMin(), config.deadLetters().retryPauseMax(), clock);
  }

  @Produces
  @Singleton
  PoisonKeeperLoop keeper(BlockedPartitions blocked) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.addTo(
                KafkaSettings.bytesConsumer(
                    kafka.bootstrapServers(), config.deadLetters().keeperGroup())));
    Map<String, Object> producer =
        kafka.addTo(KafkaSettings.bytesProducer(kafka.bootstrapServers(), "ledger-dead-letters"));
    producer.put(
        ProducerConfig.MAX_BLOCK_MS_CONFIG, config.deadLetters().writeTimeout().toMillis());
    return new PoisonKeeperLoop(
        consumer,
        new PoisonKeeper(
            consumer,
            values(),
            new KafkaProducer<>(producer),
            blocked,
            config.deadLetters().writeTimeout(),
            clock));
  }

  @Produces
  @Singleton
  KafkaRedriveTransport transport() {
    Map<String, Object> settings =
        kafka.addTo(KafkaSettings.bytesProducer(kafka.bootstrapServers(), "ledger-redrives"));
    settings.put(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, "lethe-ledger-redrives-" + config.modelId());
    AvroSerializer values = new AvroSerializer();
    values.configure(followerSettings(), false);
    return new KafkaRedriveTransport(() -> new KafkaProducer<>(settings), values);
  }

  void closeTransport(@Disposes KafkaRedriveTransport transport) {
    transport.close();
  }

  @Produces
  @Singleton
  RedriveOffice office(
      DeadLetterTable table,
      CarriedRequests requests,
      LedgerView view,
      KafkaRedriveTransport transport) {
    return new RedriveOffice(
        table,
        requests,
        answered(view),
        this::source,
        transport,
        config.deadLetters().redrivesMax(),
        () -> UUID.randomUUID().toString(),
        clock);
  }

  @Produces
  @Singleton
  ForgetSetRedrives forgetSets(FlowTable flow, KafkaRedriveTransport transport) {
    return new ForgetSetRedrives(
        flow, this::source, transport, () -> UUID.randomUUID().toString(), clock);
  }

  private LetterSource source() {
    return new KafkaLetterSource(
        new KafkaConsumer<>(singleRecords()), config.deadLetters().readTimeout(), clock);
  }

  @Produces
  @Singleton
  ActorPseudonyms actors() {
    return ActorPseudonyms.loadOrCreate(
        config.stateDirectory().resolve(ACTOR_KEY_FILE), new SecureRandom());
  }

  private static BiPredicate<String, String> answered(LedgerView view) {
    return (topic, requestId) ->
        view.find(requestId).filter(request -> isBeyond(topic, request.getStage())).isPresent();
  }

  /** Whether a record of that topic would have no effect any more on a request of that stage. */
  static boolean isBeyond(String topic, RequestStage stage) {
    return (topic.equals(Topics.FORGET_SET_CLOSED.name()) ? FORGOTTEN : IN_FORGET_SET)
        .contains(stage);
  }

  private Map<String, Object> followerSettings() {
    return kafka.addTo(
        KafkaSettings.follower(kafka.bootstrapServers(), config.schemaRegistryUrl()));
  }

  private Map<String, Object> singleRecords() {
    Map<String, Object> settings = followerSettings();
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return settings;
  }

  private AvroDeserializer<SpecificRecord> values() {
    AvroDeserializer<SpecificRecord> values = new AvroDeserializer<>();
    values.configure(followerSettings(), false);
    return values;
  }
}
