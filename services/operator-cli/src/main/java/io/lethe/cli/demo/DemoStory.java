package io.lethe.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.Console;
import io.lethe.cli.Json;
import io.lethe.cli.JsonHttp;
import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.access.TokenOption;
import io.lethe.cli.demo.DemoReport.Comparison;
import io.lethe.cli.demo.DemoReport.Scores;
import io.lethe.cli.demo.DemoReport.SubjectLine;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.cli.dev.DevStack;
import io.lethe.cli.dev.DevState;
import io.lethe.cli.dev.PseudonymKey;
import io.lethe.cli.dev.StackSettings;
import io.lethe.cli.importing.DatasetPublisher;
import io.lethe.cli.receipt.PublicKeys;
import io.lethe.cli.receipt.ReceiptVerifier;
import io.lethe.cli.train.DeviceOption;
import io.lethe.cli.train.RecommenderTraining;
import io.lethe.cli.train.ServedModel;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Metrics;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;

/** The demonstration's acts, in order. */
final class DemoStory {
  private static final int SERVERS = 2;
  private static final int TOP_SHOWN = 3;
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(180);
  private static final Duration IMPORT_TIMEOUT = Duration.ofSeconds(60);

  private final Console console;
  private final Clock clock;
  private final DevStack stack;
  private final DataDirectory directory;
  private final DemoData data;
  private final SubjectPseudonymizer pseudonyms;
  private final JsonHttp http;
  private final Waiting waiting;
  private final EngineSettings engine;
  private final DeviceOption device;

  DemoStory(
      Console console,
      Clock clock,
      DevStack stack,
      DataDirectory directory,
      DemoData data,
      EngineSettings engine,
      DeviceOption device) {
    this.console = console;
    this.clock = clock;
    this.stack = stack;
    this.directory = directory;
    this.data = data;
    this.engine = engine;
    this.device = device;
    this.http = new JsonHttp(TokenOption.signed(directory, clock, Roles.PRODUCER, Roles.AUDITOR));
    this.pseudonyms = PseudonymKey.openOrCreate(directory);
    this.waiting = new Waiting(clock);
  }

  DemoReport tell() {
    Instant began = clock.instant();
    DemoData.Rows erased = data.erasedRows();
    DemoData.Rows retained = data.retainedRows();
    DemoData.Rows test = data.testRows(pseudonyms::subjectRef);
    console.say(
        String.format(
            "%s: %d accounts, %d interactions; %d rows to tune on, %d to test by.",
            data.dataset().name(),
            data.dataset().byAccount().size(),
            data.dataset().interactions().size(),
            erased.size() + retained.size(),
            test.size()));
    ExactRetrains retrains =
        new ExactRetrains(
            console,
            device.cache(directory.recommenders()),
            data,
            engine,
            RecommenderTraining.defaultBase());
    RecommenderTraining.Trained trained = retrains.original();
    console.say(
        trained.reused()
            ? "Reused the recommender tuned before on the same data."
            : "Tuned a recommender on a pre-trained encoder.");

    startAndImport(trained.model());
    DevState state = stack.state();
    List<ServiceClient> servers =
        state.servicesNamed("recommendation-server").stream()
            .map(one -> new ServiceClient(one.name(), one.url(), http))
            .toList();
    ServiceClient ledger = client(state, "erasure-ledger");
    announceConsole(state);

    askAboutThem(servers, true);
    float[] erasedBefore = ServedScores.of(servers.get(0), erased.prompts());
    float[] testBefore = ServedScores.of(servers.get(0), test.prompts());
    float[] retainedBefore = ServedScores.of(servers.get(0), retained.prompts());

    console.say(data.erasedAccounts().size() + " of them ask to be forgotten.");
    List<JsonNode> requests =
        new Erasure(
                console,
                client(state, "deletion-intake"),
                client(state, "unlearning-worker"),
                ledger,
                UUID::randomUUID,
                waiting)
            .run(data.erasedAccounts());
    int receipts = verifyReceipts(ledger, requests);
    askAboutThem(servers, false);
    float[] erasedAfter = ServedScores.of(servers.get(0), erased.prompts());
    float[] testAfter = ServedScores.of(servers.get(1), test.prompts());
    long peakMiB = peakMiB(state);

    console.say("For comparison the slow way: tune again without them, twice.");
    float[][] exact =
        retrains.scoresWithoutErased("Exact retrain", ExactRetrains.SEED, erased, retained, test);
    float[][] other =
        retrains.scoresWithoutErased("Exact retrain, other seed", ExactRetrains.OTHER_SEED, erased);
    Scores erasedScores = new Scores(erasedBefore, erasedAfter, exact[0], other[0]);
    Comparison comparison =
        Comparison.of(
            erasedScores,
            erased.liked(),
            new Scores(retainedBefore, retainedBefore, exact[1], exact[1]),
            new Scores(testBefore, testAfter, exact[2], exact[2]),
            test.liked());
    return new DemoReport(
        subjectLines(requests, erasedScores, erased.liked()),
        requests.size(),
        (int)
            requests.stream()
                .filter(one -> "COMPLETED".equals(one.required("stage").asText()))
                .count(),
        requests.stream().mapToInt(one -> one.required("acknowledgedBy").size()).min().orElse(0),
        requests.stream().mapToLong(one -> Erasure.millis(one, "suppressedAt")).max().orElse(0),
        requests.stream().mapToLong(one -> Erasure.millis(one, "unlearnedAt")).max().orElse(0)
            / 1000.0,
        comparison,
        requests.get(requests.size() - 1).path("adapterId").asText(),
        receipts,
        Math.max(peakMiB, peakMiB(state)),
        Duration.between(began, clock.instant()).toMillis() / 1000.0);
  }

  private void announceConsole(DevState state) {
    console.say(
        "Operators' console: "
            + state.url("erasure-ledger")
            + " (as long as the demo runs; it asks for what ./lethe token --role erasure-auditor"
            + " --data-dir "
            + directory.root()
            + " prints)");
  }

  private void startAndImport(ServedModel model) {
    console.say("Starting broker, schema registry and services, " + SERVERS + " of them servers.");
    stack.startBackbone(
        new StackSettings(
            StackSettings.DEFAULT_MODEL_ID,
            model.folder(),
            model.rule(),
            SERVERS,
            engine.threads(),
            READY_TIMEOUT,
            Map.of(),
            StackSettings.onDevice(device.name(), SERVERS)));
    try (Producer<String, SpecificRecord> producer = producer();
        ProgressDisplay progress =
            console.progress(
                "Importing",
                "records",
                data.dataset().items().size()
                    + data.dataset().profiles().size()
                    + data.dataset().interactions().size())) {
      new DatasetPublisher(producer, pseudonyms, clock).publish(data.dataset(), progress);
    }
    stack.startServices();
  }

  private Producer<String, SpecificRecord> producer() {
    return new KafkaProducer<>(stack.producerSettings("demo-import"));
  }

  private void askAboutThem(List<ServiceClient> servers, boolean personalized) {
    for (String account : data.erasedAccounts()) {
      for (ServiceClient server : servers) {
        JsonNode answer =
            waiting.until(
                server.name() + " answering " + (personalized ? "with" : "without") + " a history",
                IMPORT_TIMEOUT,
                () -> {
                  JsonNode one =
                      server.post(
                          "/v1/recommendations", Map.of("subject", account, "topN", TOP_SHOWN));
                  return one.required("personalized").asBoolean() == personalized
                      ? java.util.Optional.of(one)
                      : java.util.Optional.empty();
                });
        if (server == servers.get(0)) {
          List<String> titles = new ArrayList<>();
          answer.required("ranked").forEach(item -> titles.add(item.path("title").asText()));
          console.say(
              "  subject "
                  + name(account)
                  + (personalized ? " is recommended " : " is unknown now and gets ")
                  + String.join(", ", titles));
        }
      }
    }
  }

  private int verifyReceipts(ServiceClient ledger, List<JsonNode> requests) {
    ReceiptVerifier verifier = new ReceiptVerifier(PublicKeys.of(ledger.get("/v1/public-key")));
    int verified = 0;
    for (JsonNode request : requests) {
      JsonNode receipt = ledger.get("/v1/receipts/" + request.required("receiptId").asText());
      JsonNode content = verifier.verify(Json.line(receipt));
      if (content.required("requestId").equals(request.required("requestId"))) {
        verified++;
      }
    }
    console.say("  acknowledged by both servers; " + verified + " receipts verified offline");
    return verified;
  }

  private List<SubjectLine> subjectLines(List<JsonNode> requests, Scores scores, boolean[] liked) {
    List<SubjectLine> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < requests.size(); i++) {
      String account = data.erasedAccounts().get(i);
      int to = from + data.trainedRowsOf(account).size();
      boolean[] truth = Arrays.copyOfRange(liked, from, to);
      float[] before = Arrays.copyOfRange(scores.before(), from, to);
      float[] after = Arrays.copyOfRange(scores.after(), from, to);
      float[] exact = Arrays.copyOfRange(scores.exact(), from, to);
      lines.add(
          new SubjectLine(
              name(account),
              to - from,
              mean(before),
              mean(after),
              mean(exact),
              Metrics.meanConfidence(before, truth),
              Metrics.meanConfidence(after, truth),
              Metrics.meanConfidence(exact, truth),
              Erasure.millis(requests.get(i), "suppressedAt"),
              Erasure.millis(requests.get(i), "unlearnedAt") / 1000.0,
              requests.get(i).required("dueAt").asText().substring(0, 10)));
      from = to;
    }
    return lines;
  }

  /** A pseudonym's first letters: account ids are not shown. */
  private String name(String account) {
    return pseudonyms.subjectRef(account).substring(0, 8);
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static long peakMiB(DevState state) {
    return ProcessMemory.peakMiB(
        LongStream.concat(
            LongStream.of(ProcessHandle.current().pid()),
            state.services().stream().mapToLong(DevState.Service::pid)));
  }

  private ServiceClient client(DevState state, String name) {
    return new ServiceClient(name, state.url(name), http);
  }
}
