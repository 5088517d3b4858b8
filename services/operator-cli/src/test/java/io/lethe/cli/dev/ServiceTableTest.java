package io.lethe.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.access.AccessKey;
import io.lethe.schemas.sample.SampleRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTableTest {
  private static final List<String> MODULES =
      List.of(
          "deletion-intake",
          "forget-set-accumulator",
          "unlearning-worker",
          "adapter-catalog",
          "erasure-ledger",
          "recommendation-server");

  @TempDir private Path folder;
  private DataDirectory directory;
  private StackSettings settings;
  private Installation installation;

  @BeforeEach
  void install() throws IOException {
    for (String module : MODULES) {
      Path root = folder.resolve("services").resolve(module);
      Files.createDirectories(root.resolve("src/main"));
      Files.createDirectories(root.resolve("target/quarkus-app"));
      Files.createFile(root.resolve("target/quarkus-app/quarkus-run.jar"));
    }
    directory = new DataDirectory(folder.resolve("dev"));
    installation = new Installation(folder, Path.of("java"));
    settings =
        new StackSettings(
            "recommender",
            folder.resolve("tuned"),
            SampleRule.of(7, Instant.parse("2024-06-01T00:00:00Z")),
            2,
            3,
            Duration.ofSeconds(1),
            Map.of(),
            Map.of("forget-set-accumulator", Map.of("lethe.close.age", "2s")));
  }

  @Test
  void shouldListEveryServiceWithAPortOfItsOwn() {
    assertThat(table().services())
        .extracting(ServiceSpec::name)
        .containsExactly(
            "deletion-intake",
            "forget-set-accumulator",
            "unlearning-worker",
            "adapter-catalog",
            "erasure-ledger",
            "recommendation-server-1",
            "recommendation-server-2");
    assertThat(table().services()).extracting(ServiceSpec::url).doesNotHaveDuplicates();
  }

  @Test
  void shouldTellEveryServiceWhereBrokerRegistryAndItsPortAre() {
    assertThat(table().services())
        .allSatisfy(
            service ->
                assertThat(service.command())
                    .contains(
                        "-Dkafka.bootstrap.servers=127.0.0.1:9001",
                        "-Dlethe.schema-registry-url=http://127.0.0.1:9003/apis/ccompat/v7",
                        "-Dlethe.model-id=recommender",
                        "-Dquarkus.oidc.public-key="
                            + AccessKey.openOrCreate(directory).publicKey(),
                        "-Dquarkus.http.port=" + service.url().getPort()));
  }

  @Test
  void shouldLetTheWorkerOpenWhatTheAccumulatorSealed() {
    String folder = "-Dlethe.data-key-folder=" + directory.dataKeys();
    assertThat(command("forget-set-accumulator")).contains(folder);
    assertThat(command("unlearning-worker")).contains(folder);
    assertThat(command("recommendation-server-1")).doesNotContain(folder);
  }

  @Test
  void shouldNameEveryServerApartAndGiveTheWorkerTheThreads() {
    assertThat(command("recommendation-server-1")).contains("-Dlethe.replica-id=server-1");
    assertThat(command("recommendation-server-2")).contains("-Dlethe.replica-id=server-2");
    assertThat(find("unlearning-worker").environment()).containsEntry("OMP_NUM_THREADS", "3");
    assertThat(find("recommendation-server-1").environment()).containsEntry("OMP_NUM_THREADS", "1");
  }

  @Test
  void shouldLetOverridesWin() {
    assertThat(command("forget-set-accumulator")).contains("-Dlethe.close.age=2s");
  }

  @Test
  void shouldRunOnlyWhatTheShapeNamesAndEachInstanceInAFolderOfItsOwn() {
    shape(
        new StackShape(
            Set.of("deletion-intake", "forget-set-accumulator"),
            Map.of("forget-set-accumulator", 2),
            Map.of("forget-set-accumulator", 333),
            true));

    assertThat(table().services())
        .extracting(ServiceSpec::name)
        .containsExactly("deletion-intake", "forget-set-accumulator", "forget-set-accumulator-2");
    assertThat(table().services()).extracting(ServiceSpec::url).doesNotHaveDuplicates();
    assertThat(command("forget-set-accumulator-2"))
        .contains(
            "-Xmx333m",
            "-Dlethe.close.age=2s",
            "-Dlethe.state-directory=" + directory.service("forget-set-accumulator-2"))
        .doesNotContain("-XX:TieredStopAtLevel=1");
  }

  @Test
  void shouldRefuseAShapeOfServicesThatThereAreNot() {
    assertThatThrownBy(() -> new StackShape(Set.of("intake"), Map.of(), Map.of(), false))
        .hasMessageStartingWith("there is no service intake; give one of [adapter-catalog, ");
    assertThatThrownBy(
            () -> new StackShape(Set.of(), Map.of("adapter-catalog", 2), Map.of(), false))
        .hasMessage(
            "there is no more than one adapter-catalog; give one of [deletion-intake,"
                + " forget-set-accumulator, unlearning-worker].");
    assertThatThrownBy(
            () -> new StackShape(Set.of(), Map.of("deletion-intake", 0), Map.of(), false))
        .hasMessage("there is no stack with 0 deletion-intake; give 1 or more.");
    assertThatThrownBy(() -> new StackShape(Set.of(), Map.of(), Map.of("erasure-ledger", 0), false))
        .hasMessage("there is no heap of 0 MiB; give 1 or more.");
  }

  private void shape(StackShape shape) {
    settings =
        new StackSettings(
            settings.modelId(),
            settings.recommender(),
            settings.rule(),
            settings.servers(),
            settings.threads(),
            settings.readyTimeout(),
            settings.ports(),
            settings.overrides(),
            shape,
            Optional.empty());
  }

  @Test
  void shouldTellEveryServiceOfABrokerThatRunsAlready() {
    settings =
        new StackSettings(
            settings.modelId(),
            settings.recommender(),
            settings.rule(),
            settings.servers(),
            settings.threads(),
            settings.readyTimeout(),
            settings.ports(),
            settings.overrides(),
            StackShape.WHOLE,
            Optional.of("127.0.0.1:19092"));

    assertThat(table().bootstrapServers()).isEqualTo("127.0.0.1:19092");
    assertThat(table().services())
        .isNotEmpty()
        .allSatisfy(
            service ->
                assertThat(service.command())
                    .contains("-Dkafka.bootstrap.servers=127.0.0.1:19092"));
  }

  @Test
  void shouldRefuseAServiceThatIsNotBuilt() throws IOException {
    Files.delete(folder.resolve("services/erasure-ledger/target/quarkus-app/quarkus-run.jar"));
    assertThatThrownBy(() -> table().services())
        .hasMessage(
            "erasure-ledger is not built; start the command line by ./lethe, or run mvn package"
                + " first.");
  }

  private List<String> command(String name) {
    return find(name).command();
  }

  private ServiceSpec find(String name) {
    return table().services().stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private ServiceTable table() {
    List<String> names = ServiceTable.names(settings);
    Map<String, Integer> ports = new java.util.HashMap<>();
    IntStream.range(0, names.size()).forEach(i -> ports.put(names.get(i), 9001 + i));
    return new ServiceTable(installation, directory, settings, ports);
  }
}
