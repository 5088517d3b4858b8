package io.lethe.cli.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.Topic;
import io.lethe.schemas.TopicCreator;
import io.lethe.schemas.Topics;
import io.lethe.schemas.access.TopicAccess;
import io.lethe.schemas.kafka.KafkaOptions;
import io.lethe.schemas.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On a broker that allows only what is listed, each principal can do its work and nothing else. */
class TopicAccessIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final byte[] BYTES = "record".getBytes(StandardCharsets.UTF_8);

  @TempDir private static Path folder;
  private static SecuredBroker broker;

  static List<TopicAccess> principals() {
    return TopicAccess.ALL;
  }

  @BeforeAll
  static void start() throws Exception {
    broker =
        SecuredBroker.start(folder, TopicAccess.ALL.stream().map(TopicAccess::principal).toList());
    try (Admin admin = admin(SecuredBroker.ADMIN);
        Producer<byte[], byte[]> producer = producer(SecuredBroker.ADMIN, Map.of())) {
      TopicCreator.createMissing(admin, (short) 1);
      List<AclBinding> bindings = new ArrayList<>();
      TopicAccess.ALL.forEach(access -> bindings.addAll(access.bindings()));
      admin.createAcls(bindings).all().get(60, TimeUnit.SECONDS);
      for (Topic<?> topic : Topics.all()) {
        producer.send(new ProducerRecord<>(topic.name(), 0, BYTES, BYTES)).get();
      }
    }
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  @ParameterizedTest
  @MethodSource("principals")
  void shouldWriteWhatItWritesAndNothingElse(TopicAccess access) throws Exception {
    // A refusal ends an idempotent producer, so what is refused is tried without.
    Map<String, Object> plain = Map.of("enable.idempotence", false, "acks", "1");
    try (Producer<byte[], byte[]> allowed = producer(access.principal(), Map.of());
        Producer<byte[], byte[]> refused = producer(access.principal(), plain)) {
      for (Topic<?> topic : Topics.all()) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic.name(), 0, BYTES, BYTES);
        if (access.writes().contains(topic.name())) {
          assertThat(allowed.send(record).get().topic()).isEqualTo(topic.name());
        } else {
          assertThatThrownBy(() -> refused.send(record).get())
              .as(access.principal() + " writes " + topic.name())
              .isInstanceOf(ExecutionException.class)
              .hasCauseInstanceOf(AuthorizationException.class);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("principals")
  void shouldReadWhatItReadsAndNothingElse(TopicAccess access) {
    for (Topic<?> topic : Topics.all()) {
      try (Consumer<byte[], byte[]> consumer = consumer(access.principal(), "unused")) {
        TopicPartition partition = new TopicPartition(topic.name(), 0);
        consumer.assign(List.of(partition));
        consumer.seek(partition, 0);
        if (access.reads().contains(topic.name())) {
          assertThat(consumer.endOffsets(List.of(partition)).get(partition)).isPositive();
          assertThat(consumer.poll(PATIENCE)).as(topic.name()).isNotEmpty();
        } else {
          assertThatThrownBy(() -> consumer.poll(PATIENCE))
              .as(access.principal() + " reads " + topic.name())
              .isInstanceOf(AuthorizationException.class);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("principals")
  void shouldJoinItsOwnGroupsAlone(TopicAccess access) {
    if (access.reads().isEmpty()) {
      return;
    }
    String topic = access.reads().get(0);
    if (!access.groups().isEmpty()) {
      try (Consumer<byte[], byte[]> consumer =
          consumer(access.principal(), access.groups() + "recommender")) {
        consumer.subscribe(List.of(topic));
        assertThat(consumer.poll(PATIENCE)).isNotEmpty();
        consumer.commitSync();
      }
    }
    try (Consumer<byte[], byte[]> consumer = consumer(access.principal(), "somebody-elses")) {
      consumer.subscribe(List.of(topic));
      assertThatThrownBy(() -> consumer.poll(PATIENCE)).isInstanceOf(AuthorizationException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("principals")
  void shouldUseItsOwnTransactionsAlone(TopicAccess access) throws Exception {
    if (!access.transactionalIds().isEmpty()) {
      try (Producer<byte[], byte[]> producer =
          producer(
              access.principal(),
              Map.of("transactional.id", access.transactionalIds() + "recommender"))) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(access.writes().get(0), 0, BYTES, BYTES)).get();
        producer.commitTransaction();
      }
    }
    try (Producer<byte[], byte[]> producer =
        producer(access.principal(), Map.of("transactional.id", "somebody-elses"))) {
      assertThatThrownBy(producer::initTransactions).isInstanceOf(AuthorizationException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("principals")
  void shouldCreateItsOwnInternalTopicsAlone(TopicAccess access) throws Exception {
    try (Admin admin = admin(access.principal())) {
      if (!access.internalTopics().isEmpty()) {
        String topic = access.internalTopics() + "store-changelog";
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        try (Producer<byte[], byte[]> producer = producer(access.principal(), Map.of())) {
          producer.send(new ProducerRecord<>(topic, 0, BYTES, BYTES)).get();
        }
        admin.deleteTopics(List.of(topic)).all().get();
      }
      assertThatThrownBy(
              () ->
                  admin
                      .createTopics(List.of(new NewTopic("somebody-elses", 1, (short) 1)))
                      .all()
                      .get())
          .hasCauseInstanceOf(AuthorizationException.class);
    }
  }

  @Test
  void shouldRefuseAWrongPassword() {
    Map<String, String> login = new HashMap<>(broker.login("deletion-intake"));
    login.computeIfPresent(
        "sasl.jaas.config", (key, value) -> value.replace("secret-of-", "guess-at-"));
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            options(login).addTo(KafkaSettings.bytesProducer("unused:1", "guesser")))) {
      assertThatThrownBy(
              () ->
                  producer
                      .send(new ProducerRecord<>(Topics.DELETION_REQUESTED.name(), 0, BYTES, BYTES))
                      .get())
          .hasCauseInstanceOf(SaslAuthenticationException.class);
    }
  }

  /** As a service reads its configuration. */
  private static KafkaOptions options(Map<String, String> login) {
    return KafkaOptions.of(
        List.of(), name -> Optional.ofNullable(login.get(name.substring("kafka.".length()))));
  }

  private static Admin admin(String name) {
    return Admin.create(options(broker.login(name)).addTo(new HashMap<>()));
  }

  private static Producer<byte[], byte[]> producer(String name, Map<String, Object> further) {
    Map<String, Object> settings =
        options(broker.login(name)).addTo(KafkaSettings.bytesProducer("unused:1", name));
    settings.putAll(further);
    return new KafkaProducer<>(settings);
  }

  private static Consumer<byte[], byte[]> consumer(String name, String group) {
    return new KafkaConsumer<>(
        options(broker.login(name)).addTo(KafkaSettings.bytesConsumer("unused:1", group)));
  }
}
