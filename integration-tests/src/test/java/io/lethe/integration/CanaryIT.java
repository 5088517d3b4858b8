package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.KafkaSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * Persons whose account ids and titles nobody else has, through the whole system. Once their
 * requests are complete, none of these words is found in any file of the stack, in its output, or
 * in what its services tell of themselves.
 *
 * <p>Two things are done for the search that an operator leaves to time: topics are told to compact
 * within seconds, and the titles, which are the catalogue's and no person's, are taken out of the
 * catalogue as its owner would. Nothing found is left out of account. The search reads no
 * compressed bytes: the stack's topics are not compressed; the accumulator's stores are, and are
 * searched without their compression by the accumulator's own test.
 */
class CanaryIT {
  private static final int CANARIES = Integer.getInteger("lethe.canaries", 20);
  private static final int TITLES_EACH = 6;
  private static final String PREFIX = "canary-";
  private static final Pattern WORD = Pattern.compile(PREFIX + "[a-z]+-[0-9a-f-]{36}");

  /** 1 January 2000: before anything that the recommender was not tuned on. */
  private static final long FIRST_RATED_SECONDS = 946_684_800L;

  private static final Duration COMPACTION_TIMEOUT = Duration.ofMinutes(5);

  private final DevelopmentStack stack = DevelopmentStack.get();
  private final List<String> accounts = new ArrayList<>();
  private final Map<String, String> titlesByItem = new LinkedHashMap<>();

  @Test
  @FaultCase(
      fault = CatalogueFault.F21,
      level = FaultLevel.PROCESS,
      does =
          "Plants account ids and titles that only erased persons rated, and searches every file of the stack for them after completion.",
      load = "1,000 persons of six titles each where asked; in each build 20",
      oracle =
          "No canary in broker logs, state directories, artefact store, logs, metrics or dead letters.",
      limit = "0")
  void shouldKeepNoWordOfErasedPersonsInAnyFile() throws Exception {
    Path data = Files.createTempFile(Path.of("target").toAbsolutePath(), "canaries-", ".csv");
    write(data);
    assertThat(importing(data).required("suppressedInteractions").asInt()).isZero();
    // What is not found before would not be found afterwards either.
    assertThat(wordsInFiles())
        .containsAll(titlesByItem.keySet())
        .containsAll(titlesByItem.values());

    List<String> requestIds =
        accounts.stream().map(account -> Requests.eraseAll(stack, account)).toList();
    int samples = 0;
    for (String requestId : requestIds) {
      samples += Requests.awaitCompleted(stack, requestId).required("samples").asInt();
    }
    assertThat(samples).isPositive();

    JsonNode again = importing(data);
    assertThat(again.required("suppressedInteractions").asInt()).isEqualTo(CANARIES * TITLES_EACH);
    assertThat(again.required("interactions").asInt()).isZero();

    delist(titlesByItem.keySet());
    compactWithinSeconds();
    await("a search that finds nothing")
        .atMost(COMPACTION_TIMEOUT)
        .pollInterval(Duration.ofSeconds(3))
        // A folder that vanishes while it is walked: the next look sees it whole.
        .ignoreExceptionsMatching(UncheckedIOException.class::isInstance)
        .untilAsserted(() -> assertThat(places()).isEmpty());
    assertThat(toldByServices()).isEmpty();
  }

  private void write(Path data) throws IOException {
    StringBuilder rows = new StringBuilder("user_id,movie_id,rating,timestamp,title\n");
    for (int person = 0; person < CANARIES; person++) {
      String account = word("account");
      accounts.add(account);
      for (int number = 0; number < TITLES_EACH; number++) {
        String item = word("item");
        titlesByItem.put(item, word("title"));
        rows.append(account)
            .append(',')
            .append(item)
            .append(',')
            .append(1 + number % 5)
            .append(',')
            .append(FIRST_RATED_SECONDS + number * 60L)
            .append(',')
            .append(titlesByItem.get(item))
            .append('\n');
      }
    }
    Files.writeString(data, rows);
  }

  private static String word(String kind) {
    return PREFIX + kind + '-' + UUID.randomUUID();
  }

  private JsonNode importing(Path data) {
    LetheCommand.Result imported =
        LetheCommand.run(
            stack.log(),
            "import",
            "--data",
            data.toString(),
            "--liked-above",
            "3",
            // Other tests leave records on this stack that nobody can read.
            "--unreadable-requests-max",
            "100",
            "--data-dir",
            stack.folder().toString(),
            "--output",
            "json");
    assertThat(imported.exitCode()).as("lethe import; see " + stack.log()).isZero();
    return imported.json();
  }

  /** As the owner of a catalogue takes a title out of it. */
  private void delist(Set<String> items) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            KafkaSettings.bytesProducer(stack.bootstrapServers(), "catalogue"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String item : items) {
        producer.send(tombstone(item));
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> tombstone(String item) {
    return new ProducerRecord<>(
        Topics.CATALOG_ITEM.name(), item.getBytes(StandardCharsets.UTF_8), null);
  }

  /**
   * Days become seconds, the accumulator's own topics included; but for the versions' history,
   * which is kept for a year and holds no person's data.
   */
  private void compactWithinSeconds() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
      List<String> topics =
          admin.listTopics().names().get().stream()
              .filter(topic -> !topic.startsWith("__"))
              .filter(topic -> !topic.equals(Topics.ADAPTER_VERSION.name()))
              .toList();
      TopicSettings.set(
          stack.bootstrapServers(),
          topics,
          Map.of(
              "segment.ms", "2000",
              "max.compaction.lag.ms", "2000",
              "delete.retention.ms", "100",
              "file.delete.delay.ms", "100"));
    }
  }

  private Set<String> words() {
    Set<String> words = new TreeSet<>(accounts);
    words.addAll(titlesByItem.keySet());
    words.addAll(titlesByItem.values());
    return words;
  }

  private Set<String> wordsInFiles() {
    Set<String> found = new TreeSet<>();
    paths().forEach(file -> found.addAll(wordsIn(text(file))));
    return found;
  }

  /** Files with a canary's word, and which kinds of word. */
  private Map<String, Set<String>> places() {
    // A log rolls when a record arrives, and the catalogue gets none by itself.
    delist(Set.of("no-title"));
    Map<String, Set<String>> places = new TreeMap<>();
    for (Path file : paths()) {
      for (String word : wordsIn(text(file))) {
        places
            .computeIfAbsent(place(file), path -> new TreeSet<>())
            .add(word.substring(0, word.indexOf('-', PREFIX.length())));
      }
    }
    return places;
  }

  /** The canaries' words that a text holds. */
  private Set<String> wordsIn(String text) {
    Set<String> words = words();
    return WORD.matcher(text)
        .results()
        .map(MatchResult::group)
        .filter(words::contains)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<Path> paths() {
    try (Stream<Path> files = Files.walk(stack.folder())) {
      return Stream.concat(files.filter(Files::isRegularFile), Stream.of(stack.log())).toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private String place(Path file) {
    return file.startsWith(stack.folder())
        ? stack.folder().relativize(file).toString()
        : file.getFileName().toString();
  }

  private static String text(Path file) {
    // Indexes of the broker's logs are as large as they may become, and hold positions alone.
    if (file.toString().endsWith("index")) {
      return "";
    }
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException gone) {
      // Segments and state files come and go while the stack runs.
      return "";
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Names of services whose metrics tell a canary's word. */
  private List<String> toldByServices() {
    List<String> telling = new ArrayList<>();
    for (JsonNode service : stack.state().required("services")) {
      new Service(service.required("url").asText())
          .tryGet("/q/metrics")
          .map(Service.Answer::body)
          .filter(text -> !wordsIn(text).isEmpty())
          .ifPresent(text -> telling.add(service.required("name").asText()));
    }
    return telling;
  }
}
