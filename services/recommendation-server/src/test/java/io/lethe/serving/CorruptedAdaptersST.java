package io.lethe.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.sign.VersionKeys;
import io.lethe.schemas.sign.VersionStatement;
import io.lethe.serving.CorruptedAdapter.Workshop;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.model.ReleaseCheck;
import io.lethe.serving.model.SignedReleases;
import io.lethe.serving.recommend.Recommendation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad adapters one after another while requests flow at 200 a second, from a seed. The whole
 * number: {@code -Dlethe.corrupted-adapters=1000}.
 */
class CorruptedAdaptersST {
  private static final int ADAPTERS = Integer.getInteger("lethe.corrupted-adapters", 120);
  private static final long SEED = Long.getLong("lethe.corrupted-adapters.seed", 20);
  private static final int REQUESTS_A_SECOND = 200;
  private static final double SAME = 1e-5;

  /** Ways in which a good adapter's version can lack the catalog's word. */
  private enum Forgery {
    UNSIGNED,
    BY_A_STRANGER,
    OF_ANOTHER_VERSION,
    OF_ANOTHER_ADAPTER,
    NO_SIGNATURE_AT_ALL
  }

  @TempDir private Path directory;
  private KeyPair catalog;
  private KeyPair stranger;
  private Path store;

  @BeforeEach
  void makeKeys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    catalog = generator.generateKeyPair();
    stranger = generator.generateKeyPair();
    store = Files.createDirectory(directory.resolve("store"));
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F12,
      level = FaultLevel.UNIT,
      does =
          "Announces adapter after adapter with a flipped bit, a truncated file, another base,"
              + " another rank, values that are not finite, a pickle, a file of code, another"
              + " digest's name, no signature or a stranger's.",
      load = "1,000 adapters where asked, in each build 120, at 200 requests a second",
      oracle = "None is loaded, each is refused with its reason, no request fails.",
      limit = "exact")
  void shouldLoadNoneAndFailNoRequestAndSayWhyEachIsRefused(TestReporter reporter)
      throws Exception {
    Random random = new Random(SEED);
    Map<String, Integer> refused = new TreeMap<>();
    List<CompletableFuture<Recommendation>> asked = Collections.synchronizedList(new ArrayList<>());
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    try (ServingRig rig = rig()) {
      RandomAdapters adapters =
          new RandomAdapters(store, rig.recommenderDigest(), RandomAdapters.Shape.TINY_BASE);
      Workshop workshop = new Workshop(store, adapters, random);
      String good = adapters.put(0);
      rig.learn(good);
      assertThat(rig.announce(signed(rig.version(0, good))).refusal()).isNull();
      clock.scheduleAtFixedRate(
          () -> asked.add(rig.ask()), 0, 1_000_000 / REQUESTS_A_SECOND, TimeUnit.MICROSECONDS);

      int kinds = CorruptedAdapter.values().length + Forgery.values().length;
      for (int number = 1; number <= ADAPTERS; number++) {
        refused.merge(refuseOne(rig, workshop, number, number % kinds), 1, Integer::sum);
        rig.withdraw(number);
        assertThat(rig.served()).isZero();
      }

      clock.shutdown();
      assertThat(clock.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      for (CompletableFuture<Recommendation> request : asked) {
        Recommendation answer = request.get(60, TimeUnit.SECONDS);
        assertThat(answer.servedBy().version()).isZero();
        assertThat(rig.distance(answer)).isLessThanOrEqualTo(SAME);
      }
      String better = adapters.put(-1);
      assertThat(rig.announce(signed(rig.version(ADAPTERS + 1, better))).refusal()).isNull();
      assertThat(rig.served()).isEqualTo(ADAPTERS + 1);
    } finally {
      clock.shutdownNow();
    }
    System.out.println(
        "seed " + SEED + ": " + asked.size() + " requests answered; refused " + refused);
    reporter.publishEntry("adapters refused", String.valueOf(ADAPTERS));
    reporter.publishEntry("requests answered", String.valueOf(asked.size()));
    assertThat(asked).isNotEmpty();
    assertThat(refused.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(ADAPTERS);
  }

  /** Makes one bad adapter, announces it, and gives the name of what was wrong. */
  private String refuseOne(ServingRig rig, Workshop workshop, int number, int kind)
      throws Exception {
    if (kind < CorruptedAdapter.values().length) {
      CorruptedAdapter bad = CorruptedAdapter.values()[kind];
      ReleasedVersion version = signed(rig.version(number, bad.make(workshop)));
      assertThat(reason(rig, version))
          .as("%s of seed %d, number %d", bad, SEED, number)
          .containsAnyOf(bad.reasons().toArray(String[]::new));
      return bad.name();
    }
    Forgery forgery = Forgery.values()[kind - CorruptedAdapter.values().length];
    ReleasedVersion version = rig.version(number, workshop.stored());
    assertThat(reason(rig, forged(rig, version, forgery)))
        .as("%s of seed %d, number %d", forgery, SEED, number)
        .contains(
            forgery == Forgery.UNSIGNED
                ? "The version is unsigned"
                : "is by none of lethe.catalog-public-key-files");
    return forgery.name();
  }

  private static String reason(ServingRig rig, ReleasedVersion version)
      throws InterruptedException {
    ServingRig.Outcome outcome = rig.announce(version);
    assertThat(outcome.refusal()).as("version %d was loaded", version.version()).isNotNull();
    return outcome.refusal().reason();
  }

  private ReleasedVersion forged(ServingRig rig, ReleasedVersion version, Forgery forgery) {
    return switch (forgery) {
      case UNSIGNED -> version;
      case BY_A_STRANGER -> with(version, statement(version).sign(stranger.getPrivate()));
      case OF_ANOTHER_VERSION ->
          with(version, signed(rig.version(0, version.adapterId())).signature());
      case OF_ANOTHER_ADAPTER ->
          with(version, signed(rig.version(version.version(), "0".repeat(64))).signature());
      case NO_SIGNATURE_AT_ALL -> with(version, "not base64 at all");
    };
  }

  private ReleasedVersion signed(ReleasedVersion version) {
    return with(version, statement(version).sign(catalog.getPrivate()));
  }

  private static VersionStatement statement(ReleasedVersion version) {
    return new VersionStatement(
        ServingRig.MODEL,
        version.version(),
        version.adapterId(),
        version.parentAdapterId(),
        version.recommenderDigest(),
        version.watermark().digest(),
        version.watermark().requestIds(),
        version.minimumWatermark());
  }

  private static ReleasedVersion with(ReleasedVersion version, String signature) {
    return new ReleasedVersion(
        version.version(),
        version.adapterId(),
        version.parentAdapterId(),
        version.uri(),
        version.recommenderDigest(),
        version.watermark(),
        version.minimumWatermark(),
        version.releasedAt(),
        signature);
  }

  private ServingRig rig() throws Exception {
    Path key =
        Files.writeString(
            directory.resolve("catalog.pub.pem"), VersionKeys.pem(catalog.getPublic()));
    ReleaseCheck signatures = new SignedReleases(ServingRig.MODEL, List.of(key));
    return new ServingRig(TinyBase.folder(directory), store, signatures, 1_000);
  }

  @Test
  void shouldRefuseToStartWithAFileThatIsNoPublicKey() throws Exception {
    Path key = Files.writeString(directory.resolve("key"), VersionKeys.pem(catalog.getPrivate()));
    assertThatThrownBy(() -> new SignedReleases(ServingRig.MODEL, List.of(key)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no Ed25519 public key")
        .hasMessageContaining("openssl pkey -pubout");
  }
}
