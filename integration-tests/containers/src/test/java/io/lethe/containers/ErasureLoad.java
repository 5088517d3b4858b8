package io.lethe.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Deletion requests that flow while something goes wrong, through Kafka and, one in twenty, over
 * HTTP; one in twenty comes twice. Every tenth subject has a history with one sample. At the end
 * each must be in exactly one closed forget set.
 */
final class ErasureLoad implements AutoCloseable {
  private static final int HTTP_EVERY = 20;
  private static final int DUPLICATE_EVERY = 20;
  private static final int DUPLICATE_AT = 7;
  private static final int HISTORY_EVERY = 10;

  /** With three before it the fourth is a target. */
  private static final int INTERACTIONS = 4;

  private static final Duration ACCEPT_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration START = Duration.ofMinutes(2);
  private static final int CLOSED_PER_SECOND_MIN = 100;
  private static final Instant FIRST = Instant.parse("2024-01-01T00:00:00Z");

  private final ContainerStack stack;
  private final String name;
  private final List<String> requestIds;
  private final Set<String> own;
  private final Producer<String, SpecificRecord> producer;
  private final HttpDoor door;
  private final TopicTail<ForgetSetClosed> sets;
  private volatile int sent;

  /**
   * Prepares so many requests and the histories that they are about.
   *
   * @param name no other load of the stack may have it
   */
  ErasureLoad(ContainerStack stack, String name, int requests) {
    this.stack = stack;
    this.name = name;
    requestIds =
        IntStream.range(0, requests)
            .mapToObj(
                number ->
                    UUID.nameUUIDFromBytes((name + number).getBytes(StandardCharsets.US_ASCII))
                        .toString())
            .toList();
    own = new HashSet<>(requestIds);
    Map<String, Object> settings =
        KafkaSettings.producer(stack.bootstrapServers(), stack.registryUrl(), "load-" + name);
    // An account system does not give up after a minute.
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) ACCEPT_TIMEOUT.toMillis());
    producer = new KafkaProducer<>(settings);
    door = new HttpDoor(stack.intake().address(), stack.producerToken());
    sets = new TopicTail<>(stack.bootstrapServers(), stack.registryUrl(), Topics.FORGET_SET_CLOSED);
    sendHistories();
  }

  /** Requests in all. */
  int size() {
    return requestIds.size();
  }

  /** Sends the next requests; returns when all are accepted. */
  void send(int count) {
    List<Future<RecordMetadata>> sending = new ArrayList<>();
    List<Integer> overHttp = new ArrayList<>();
    int until = sent + count;
    for (int request = sent; request < until; request++) {
      if (request % HTTP_EVERY == 0) {
        overHttp.add(request);
      } else {
        sending.add(submit(request));
        if (request % DUPLICATE_EVERY == DUPLICATE_AT) {
          sending.add(submit(request));
        }
      }
    }
    sent = until;
    producer.flush();
    overHttp.forEach(
        request -> door.submit(requestIds.get(request), account(request), ACCEPT_TIMEOUT));
    sending.forEach(ErasureLoad::join);
  }

  /** As {@link #send}, while the caller goes on. */
  CompletableFuture<Void> sendMeanwhile(int count) {
    return CompletableFuture.runAsync(() -> send(count));
  }

  /** How many are sent or being sent. */
  int sent() {
    return sent;
  }

  /**
   * Waits until a request is in a closed set that came after so many others; returns how long that
   * took.
   *
   * @param before what {@link #sent} told before the fault began
   */
  Duration awaitClosedAfter(int before, Duration limit) {
    long began = System.nanoTime();
    Set<String> later = Set.copyOf(requestIds.subList(before, requestIds.size()));
    await("a closed forget set with a later request of " + name)
        .atMost(limit)
        .pollInterval(LOOK)
        .until(() -> closed().stream().anyMatch(later::contains));
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** Waits until every request sent is in a closed set. */
  void awaitAllClosed() {
    await("every request of " + name + " in a closed forget set")
        .atMost(Limits.within(START).plusSeconds(sent / CLOSED_PER_SECOND_MIN))
        .pollInterval(LOOK)
        .until(() -> closed().size() >= sent);
  }

  /** What must hold whatever went wrong. */
  void verify() {
    assertThat(sent).as("requests sent").isEqualTo(requestIds.size());
    assertThat(accepted()).as("requests accepted").isEqualTo(own);
    assertThat(closed()).as("requests closed").containsExactlyInAnyOrderElementsOf(requestIds);
    List<ForgetSetClosed> all = sets.values();
    assertThat(all)
        .as("sequence of the sets")
        .extracting(ForgetSetClosed::getSequence)
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, all.size()).boxed().collect(Collectors.toList()));
    assertThat(samples(all)).as("samples to forget by subject").isEqualTo(expectedSamples());
  }

  @Override
  public void close() {
    producer.close();
    sets.close();
  }

  private void sendHistories() {
    List<Future<RecordMetadata>> sending = new ArrayList<>();
    for (int subject = 0; subject < requestIds.size(); subject += HISTORY_EVERY) {
      String subjectRef = subjectRef(subject);
      for (int number = 0; number < INTERACTIONS; number++) {
        String itemId = "item-" + number;
        sending.add(
            producer.send(
                new ProducerRecord<>(
                    Topics.INTERACTION_RECORDED.name(),
                    InteractionKey.of(subjectRef, itemId),
                    new InteractionRecorded(
                        subjectRef, itemId, 7.0, FIRST.plus(Duration.ofHours(number))))));
      }
    }
    producer.flush();
    sending.forEach(ErasureLoad::join);
    // What is read after the request is about another person's future, not about this request.
    stack.awaitRead(
        Topics.INTERACTION_RECORDED.name(),
        Limits.within(START).plusSeconds(requestIds.size() / CLOSED_PER_SECOND_MIN));
  }

  private Future<RecordMetadata> submit(int request) {
    String subjectRef = subjectRef(request);
    return producer.send(
        new ProducerRecord<>(
            Topics.DELETION_SUBMITTED.name(),
            subjectRef,
            DeletionSubmitted.newBuilder()
                .setRequestId(requestIds.get(request))
                .setSubjectRef(subjectRef)
                .setScope(
                    DeletionScope.newBuilder().setKind(ScopeKind.ALL).setItemIds(List.of()).build())
                .setRegime(Regime.GDPR)
                .build()));
  }

  private static void join(Future<RecordMetadata> sending) {
    try {
      sending.get();
    } catch (ExecutionException refused) {
      throw new IllegalStateException("a record was not accepted", refused);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  private String account(int subject) {
    return name + "-" + subject;
  }

  private String subjectRef(int subject) {
    return stack.pseudonymizer().subjectRef(account(subject));
  }

  /** Every own request in a closed set, as often as it is in one. */
  private List<String> closed() {
    return sets.values().stream()
        .flatMap(set -> set.getRequestIds().stream())
        .filter(own::contains)
        .toList();
  }

  private Set<String> accepted() {
    try (TopicTail<DeletionRequested> requested =
        new TopicTail<>(stack.bootstrapServers(), stack.registryUrl(), Topics.DELETION_REQUESTED)) {
      return requested.values().stream()
          .map(DeletionRequested::getRequestId)
          .filter(own::contains)
          .collect(Collectors.toSet());
    }
  }

  /** Sealed samples of own subjects, counted. */
  private Map<String, Integer> samples(List<ForgetSetClosed> all) {
    Set<String> subjects =
        IntStream.range(0, requestIds.size())
            .mapToObj(this::subjectRef)
            .collect(Collectors.toSet());
    Map<String, Integer> counts = new HashMap<>();
    all.stream()
        .flatMap(set -> set.getSealedSamples().stream())
        .filter(part -> subjects.contains(part.getSubjectRef()))
        .forEach(
            part -> counts.merge(part.getSubjectRef(), part.getSamples().size(), Integer::sum));
    return counts;
  }

  private Map<String, Integer> expectedSamples() {
    Map<String, Integer> counts = new HashMap<>();
    for (int subject = 0; subject < requestIds.size(); subject += HISTORY_EVERY) {
      counts.put(subjectRef(subject), 1);
    }
    return counts;
  }
}
