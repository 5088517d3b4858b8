package io.lethe.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.sign.VersionKeys;
import io.lethe.schemas.sign.VersionStatement;
import io.lethe.serving.ManualAlarm;
import io.lethe.serving.ManualClock;
import io.lethe.serving.domain.Backoff;
import io.lethe.serving.domain.ReleasedVersion;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.domain.Watermark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedReleasesTest {
  private static final String MODEL = "recommender";

  @TempDir private Path folder;
  private KeyPair before;
  private KeyPair now;

  @BeforeEach
  void makeKeys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    before = generator.generateKeyPair();
    now = generator.generateKeyPair();
  }

  @Test
  void shouldPassWhatAnyOfItsKeysSigned() throws Exception {
    SignedReleases both = releases(before, now);
    assertThatCode(() -> both.check(signed(before, "one"))).doesNotThrowAnyException();
    assertThatCode(() -> both.check(signed(now, "one"))).doesNotThrowAnyException();
    assertThatThrownBy(() -> releases(now).check(signed(before, "one")))
        .hasMessageContaining("add the catalog's new key");
  }

  @Test
  void shouldPassNothingThatWasChangedSince() throws Exception {
    SignedReleases releases = releases(now);
    ReleasedVersion signed = signed(now, "one");
    String signature = signed.signature();
    Set<String> none = Set.of();
    for (ReleasedVersion changed :
        List.of(
            version(8, "one", Set.of("r1"), Set.of("r1"), signature),
            version(7, "two", Set.of("r1"), Set.of("r1"), signature),
            version(7, null, Set.of("r1"), Set.of("r1"), signature),
            version(7, "one", Set.of("r1", "r2"), Set.of("r1", "r2"), signature),
            version(7, "one", none, none, signature),
            version(7, "one", Set.of("r1"), Set.of("r1", "r2"), signature))) {
      assertThatThrownBy(() -> releases.check(changed))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is by none of lethe.catalog-public-key-files");
    }
    // Whether the minimum repeats the watermark is a matter of the record's size alone.
    releases.check(version(7, "one", Set.of("r1"), none, signature));
  }

  @Test
  void shouldPassNothingUnsignedOrOfAnotherModel() throws Exception {
    assertThatThrownBy(() -> releases(now).check(Versions.version(7, "one", Set.of("r1"))))
        .hasMessageContaining("unsigned")
        .hasMessageContaining("lethe.signing-key-file");
    SignedReleases elsewhere = new SignedReleases("another", List.of(file(now)));
    assertThatThrownBy(() -> elsewhere.check(signed(now, "one")))
        .hasMessageContaining("is by none of");
  }

  @Test
  void shouldServeARefusedVersionOnceItComesSigned() throws Exception {
    ManualClock clock = new ManualClock();
    ManualAlarm alarm = new ManualAlarm(clock);
    FakeScoringEngine engine = new FakeScoringEngine();
    AdapterSlot slot = new AdapterSlot(engine);
    AdapterSwapper swapper =
        new AdapterSwapper(
            engine,
            slot,
            new SlotLifecycle(),
            alarm,
            new Backoff(Duration.ofHours(1), Duration.ofHours(1)),
            clock,
            new SwapObserver() {
              @Override
              public void switched(AdapterSlot.Serving serving, Duration took) {}

              @Override
              public void refused(Refusal refusal) {}
            },
            releases(now));
    swapper.announce(Versions.version(7, "one", Set.of("r1")));
    alarm.runDue();
    assertThat(slot.serving()).isEmpty();
    assertThat(swapper.refusal().orElseThrow().reason()).contains("unsigned");
    assertThat(engine.loads("one")).isZero();

    swapper.announce(signed(now, "one"));
    alarm.runDue();
    assertThat(slot.serving().orElseThrow().version().version()).isEqualTo(7);
    assertThat(swapper.refusal()).isEmpty();
  }

  private SignedReleases releases(KeyPair... pairs) throws Exception {
    List<Path> files = new ArrayList<>();
    for (KeyPair pair : pairs) {
      files.add(file(pair));
    }
    return new SignedReleases(MODEL, files);
  }

  private Path file(KeyPair pair) throws Exception {
    return Files.writeString(
        Files.createTempFile(folder, "key", ".pem"), VersionKeys.pem(pair.getPublic()));
  }

  private static ReleasedVersion signed(KeyPair pair, String adapterId) {
    Set<String> forgotten = Set.of("r1");
    String signature =
        new VersionStatement(
                MODEL,
                7,
                adapterId,
                null,
                FakeScoringEngine.RECOMMENDER,
                Versions.digest(forgotten),
                forgotten,
                forgotten)
            .sign(pair.getPrivate());
    return version(7, adapterId, forgotten, forgotten, signature);
  }

  private static ReleasedVersion version(
      long number, String adapterId, Set<String> forgotten, Set<String> minimum, String signature) {
    return new ReleasedVersion(
        number,
        adapterId,
        null,
        adapterId == null ? null : "store:" + adapterId,
        FakeScoringEngine.RECOMMENDER,
        new Watermark(forgotten, Versions.digest(forgotten)),
        minimum,
        Instant.EPOCH,
        signature);
  }
}
