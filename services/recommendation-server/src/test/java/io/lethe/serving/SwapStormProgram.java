package io.lethe.serving;

import io.lethe.serving.model.ReleaseCheck;
import io.lethe.serving.recommend.Recommendation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Clients that ask without a pause while version after version is switched to; each adapter is read
 * from the store anew. Prints what it saw as lines of {@code name=value}, and {@code rss=KiB}
 * whenever a twentieth of the swaps is done and every client stands still.
 *
 * <p>Arguments: folder of a recommender, an empty folder for adapters, swaps, clients.
 */
final class SwapStormProgram {
  static final Path STATUS = Path.of("/proc/self/status");
  static final int SAMPLES = 20;

  private static final int ADAPTERS_MAX = 50;

  /** Answers that must have come from a version before the next is switched to. */
  private static final int ANSWERS_A_SWAP = 8;

  /** Batches of other shapes round otherwise; anything beyond is another adapter's answer. */
  private static final double SAME = 1e-5;

  private final ServingRig rig;
  private final int swaps;
  private final int clients;
  private final ReadWriteLock standstill = new ReentrantReadWriteLock(true);
  private final AtomicLong answers = new AtomicLong();
  private final AtomicInteger wrong = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final List<List<Long>> nanos = new ArrayList<>();
  private volatile CountDownLatch awaited = new CountDownLatch(0);
  private volatile boolean done;

  private SwapStormProgram(ServingRig rig, int swaps, int clients) {
    this.rig = rig;
    this.swaps = swaps;
    this.clients = clients;
  }

  public static void main(String[] arguments) throws Exception {
    Path store = Path.of(arguments[1]);
    int swaps = Integer.parseInt(arguments[2]);
    int clients = Integer.parseInt(arguments[3]);
    try (ServingRig rig =
        new ServingRig(Path.of(arguments[0]), store, ReleaseCheck.NONE, clients)) {
      new SwapStormProgram(rig, swaps, clients).run(store);
    }
  }

  private void run(Path store) throws Exception {
    RandomAdapters adapters =
        new RandomAdapters(store, rig.recommenderDigest(), RandomAdapters.Shape.TINY_BASE);
    String[] ids = new String[Math.min(swaps, ADAPTERS_MAX)];
    for (int seed = 0; seed < ids.length; seed++) {
      ids[seed] = adapters.put(seed);
      rig.learn(ids[seed]);
    }
    report("apart", rig.apart());
    switchTo(0, ids);
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      List<Future<?>> loops = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        List<Long> mine = new ArrayList<>();
        nanos.add(mine);
        loops.add(threads.submit(() -> loop(mine)));
      }
      for (int swap = 1; swap <= swaps; swap++) {
        switchTo(swap, ids);
        CountDownLatch some = new CountDownLatch(ANSWERS_A_SWAP);
        awaited = some;
        if (!some.await(60, TimeUnit.SECONDS)) {
          throw new AssertionError("no answers for a minute after swap " + swap);
        }
        if (swap % Math.max(1, swaps / SAMPLES) == 0) {
          sample();
        }
      }
      done = true;
      for (Future<?> loop : loops) {
        loop.get(60, TimeUnit.SECONDS);
      }
    } finally {
      done = true;
      threads.shutdownNow();
    }
    report("served", rig.served());
    report("answers", answers.get());
    report("wrong", wrong.get());
    report("failed", failed.get());
    report("onOldVersions", rig.requestsOnOldVersions());
    report("requestsPerCall", rig.requestsPerCall());
    long[] sorted =
        nanos.stream().flatMap(List::stream).mapToLong(Long::longValue).sorted().toArray();
    report("p50Millis", sorted[sorted.length / 2] / 1e6);
    report("p99Millis", sorted[(int) (sorted.length * 0.99)] / 1e6);
  }

  private void switchTo(int version, String[] ids) throws InterruptedException {
    ServingRig.Outcome outcome = rig.announce(rig.version(version, ids[version % ids.length]));
    if (outcome.refusal() != null) {
      throw new AssertionError(outcome.refusal().reason());
    }
  }

  private void loop(List<Long> mine) {
    while (!done) {
      standstill.readLock().lock();
      try {
        long began = System.nanoTime();
        Recommendation answer = rig.ask().get(60, TimeUnit.SECONDS);
        if (mine.size() < 10_000) {
          mine.add(System.nanoTime() - began);
        }
        if (!(rig.distance(answer) <= SAME)) {
          wrong.incrementAndGet();
        }
      } catch (ExecutionException | RuntimeException | java.util.concurrent.TimeoutException bad) {
        failed.incrementAndGet();
      } catch (InterruptedException stopped) {
        return;
      } finally {
        standstill.readLock().unlock();
      }
      answers.incrementAndGet();
      awaited.countDown();
    }
  }

  private void sample() throws IOException {
    standstill.writeLock().lock();
    try {
      // Java gives native buffers back only with the objects that own them.
      System.gc();
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          System.out.println("rss=" + line.replaceAll("\\D", ""));
        }
      }
    } finally {
      standstill.writeLock().unlock();
    }
  }

  private static void report(String name, double value) {
    System.out.println(name + "=" + String.format(Locale.ROOT, "%.6f", value));
  }

  private static void report(String name, long value) {
    System.out.println(name + "=" + value);
  }
}
