package io.lethe.cli.serve;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.Polling;
import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.access.AccessKey;
import io.lethe.cli.access.TokenOption;
import io.lethe.cli.dev.CatalogKey;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.cli.dev.DevStack;
import io.lethe.cli.dev.DevState;
import io.lethe.cli.dev.PseudonymKey;
import io.lethe.cli.stream.Measured;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topics;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One run: contents before the servers start, then steady load, swaps, and suppressions. */
final class ServeBench {
  static final String SERVER = "recommendation-server";

  private static final Duration POLL = Duration.ofMillis(2);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(6);
  private static final String ACCOUNT = "bench";

  /** The share of a phase that warms up what it measures: one in this many. */
  private static final int WARM_UP_PART = 4;

  private final Console console;
  private final Clock clock;
  private final ServeSettings settings;
  private final DataDirectory directory;
  private final DevStack stack;
  private final RecognisableAdapters adapters;
  private final ServedItems items;
  private final SubjectPseudonymizer pseudonymizer;
  private final BenchVersions events;

  /**
   * @param stack with its backbone started, but no server
   */
  ServeBench(
      Console console,
      Clock clock,
      ServeSettings settings,
      DataDirectory directory,
      DevStack stack,
      RecognisableAdapters adapters,
      ServedItems items) {
    this.console = console;
    this.clock = clock;
    this.settings = settings;
    this.directory = directory;
    this.stack = stack;
    this.adapters = adapters;
    this.items = items;
    this.pseudonymizer = PseudonymKey.openOrCreate(directory);
    this.events =
        new BenchVersions(
            stack.producerSettings("bench"),
            stack.state().modelId(),
            adapters,
            CatalogKey.open(directory),
            clock);
  }

  /** When a version was published, and when an answer first came from it. */
  private record Swap(long publishedNanos, long seenNanos) {}

  ServeFigures run() {
    try (events) {
      publishContents();
      stack.startServices();
      return measure();
    }
  }

  private void publishContents() {
    for (CatalogItem item : items.items()) {
      events.send(Topics.CATALOG_ITEM, item.getItemId(), item);
    }
    String subjectRef = pseudonymizer.subjectRef(ACCOUNT);
    for (InteractionRecorded seen : items.seenBy(subjectRef)) {
      events.send(
          Topics.INTERACTION_RECORDED, InteractionKey.of(subjectRef, seen.getItemId()), seen);
    }
    events.release(0);
  }

  private ServeFigures measure() {
    Load steady = steady();
    List<Swap> swaps = new ArrayList<>();
    long[] residentMiB = new long[2];
    Load storm = storm(swaps, residentMiB);
    double[] suppressionMillis = settings.suppressions() == 0 ? new double[0] : suppressions();
    List<AskingClients.Timed> during = new ArrayList<>();
    for (AskingClients.Timed one : storm.times()) {
      if (swaps.stream()
          .anyMatch(
              swap ->
                  swap.publishedNanos() < one.endedNanos()
                      && one.beganNanos() < swap.seenNanos())) {
        during.add(one);
      }
    }
    return new ServeFigures(
        settings,
        steady.perSecond(),
        Percentiles.of(steady.times()),
        storm.perSecond(),
        Percentiles.of(during),
        swaps.size(),
        Percentiles.ofMillis(
            swaps.stream()
                .mapToDouble(swap -> (swap.seenNanos() - swap.publishedNanos()) / 1e6)
                .sorted()
                .toArray()),
        steady.answered() + storm.answered(),
        steady.wrong() + storm.wrong(),
        steady.failed() + storm.failed(),
        residentMiB[0],
        residentMiB[1],
        Percentiles.ofMillis(suppressionMillis),
        suppressionMillis.length,
        adapters.apart());
  }

  /** What a phase of asking saw. */
  private record Load(
      double perSecond, List<AskingClients.Timed> times, long answered, int wrong, int failed) {
    static Load of(AskingClients clients, long fromAnswer, double seconds) {
      List<AskingClients.Timed> times = clients.stop();
      return new Load(
          (clients.answered() - fromAnswer) / seconds,
          times,
          clients.answered(),
          clients.wrong(),
          clients.failed());
    }
  }

  private Load steady() {
    int warmUp = settings.requests() / WARM_UP_PART;
    int wanted = warmUp + settings.requests();
    try (AskingClients clients = clients();
        ProgressDisplay progress = console.progress("Answers without a swap", "answers", wanted)) {
      await(() -> step(progress, clients.answered()) >= warmUp, "the first answers");
      long began = System.nanoTime();
      long from = clients.answered();
      await(() -> step(progress, clients.answered()) >= wanted, "answers");
      double seconds = (System.nanoTime() - began) / 1e9;
      Load load = Load.of(clients, from, seconds);
      return new Load(
          load.perSecond(),
          load.times().stream().filter(one -> one.beganNanos() >= began).toList(),
          load.answered(),
          load.wrong(),
          load.failed());
    }
  }

  private Load storm(List<Swap> swaps, long[] residentMiB) {
    try (AskingClients clients = clients();
        ProgressDisplay progress = console.progress("Swaps", "swaps", settings.swaps())) {
      long began = System.nanoTime();
      for (int version = 1; version <= settings.swaps(); version++) {
        long wanted = version;
        long published = System.nanoTime();
        events.release(version);
        await(() -> clients.newestVersion() >= wanted, "an answer from version " + version);
        swaps.add(new Swap(published, System.nanoTime()));
        progress.stepTo(version);
        if (version == Math.max(1, settings.swaps() / WARM_UP_PART)) {
          residentMiB[0] = residentMiB();
        }
      }
      residentMiB[1] = residentMiB();
      return Load.of(clients, 0, (System.nanoTime() - began) / 1e9);
    }
  }

  private double[] suppressions() {
    DevState state = stack.state();
    long pauseNanos = TimeUnit.SECONDS.toNanos(1) / settings.suppressionsPerSecond();
    try (SuppressionWatch watch =
            new SuppressionWatch(
                state.bootstrapServers(), state.schemaRegistryUrl(), settings.servers());
        ProgressDisplay progress =
            console.progress("Suppressions", "suppressed", settings.suppressions())) {
      long began = System.nanoTime();
      for (int number = 0; number < settings.suppressions(); number++) {
        long due = began + number * pauseNanos;
        for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
          LockSupport.parkNanos(due - now);
        }
        DeletionRequested request = request(number);
        events.send(
            Topics.DELETION_REQUESTED,
            request.getSubjectRef(),
            request,
            (lies, error) -> {
              if (error == null) {
                watch.accepted(lies.partition(), lies.offset());
              }
            });
      }
      events.flush();
      new Polling(clock, Duration.ofMillis(200))
          .until(() -> step(progress, watch.suppressed()) >= settings.suppressions(), PATIENCE);
      return watch.millis();
    }
  }

  private DeletionRequested request(int number) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return DeletionRequested.newBuilder()
        .setRequestId("bench-" + number)
        .setAction(DeletionAction.ERASE)
        .setSubjectRef(pseudonymizer.subjectRef("erased-" + number))
        .setScope(new DeletionScope(ScopeKind.ALL, List.of(), null, null))
        .setRegime(Regime.GDPR)
        .setReceivedAt(now)
        .setAcceptedAt(now)
        .setDueAt(now.plus(30, ChronoUnit.DAYS))
        .setContentDigest("bench")
        .build();
  }

  private AskingClients clients() {
    List<String> servers =
        stack.state().services().stream()
            .filter(service -> service.name().startsWith(SERVER))
            .map(DevState.Service::url)
            .toList();
    String token =
        AccessKey.openOrCreate(directory)
            .token(TokenOption.NAME, List.of(Roles.PRODUCER), clock.instant(), TOKEN_LIFETIME);
    return new AskingClients(
        servers,
        token,
        pseudonymizer.subjectRef(ACCOUNT),
        items.ranked(),
        adapters,
        settings.clients());
  }

  private static long step(ProgressDisplay progress, long done) {
    progress.stepTo(done);
    return done;
  }

  private void await(BooleanSupplier condition, String what) {
    if (!new Polling(clock, POLL).until(condition, PATIENCE)) {
      throw new CliException(
          what + " did not come within " + PATIENCE.toMinutes() + " minutes",
          "see logs/recommendation-server-1.log in the data directory");
    }
  }

  private long residentMiB() {
    return stack.state().services().stream()
        .filter(service -> service.name().startsWith(SERVER))
        .mapToLong(service -> Measured.residentMiB(service.pid()))
        .sum();
  }
}
