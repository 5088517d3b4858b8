package io.lethe.cli.importing;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.access.KafkaFile;
import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.DatasetOptions;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.cli.dev.DataDirectoryOption;
import io.lethe.cli.dev.DevState;
import io.lethe.cli.dev.PseudonymKey;
import io.lethe.cli.suppression.SuppressionReader;
import io.lethe.cli.suppression.SuppressionSet;
import io.lethe.cli.suppression.UnreadableOption;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends a data set to the topics. */
@Command(
    name = "import",
    description = {
      "Send items, profiles and interactions to the topics.",
      "Account ids become pseudonyms by the key in the data directory.",
      "Rows that were erased since are left out, and counted."
    })
public final class ImportCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Mixin private DatasetOptions data;
  @Mixin private DataDirectoryOption dataDirectory;
  @Mixin private UnreadableOption unreadable;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "Kafka (default: the development stack's).")
  private String bootstrapServers;

  @Option(
      names = "--schema-registry-url",
      paramLabel = "URL",
      description = "Schema registry (default: the development stack's).")
  private String schemaRegistryUrl;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description = {
        "Properties for Kafka's clients, such as security.protocol and sasl.jaas.config.",
        "Passwords belong into this file, never on the command line."
      })
  private Path kafkaConfig;

  public ImportCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    DataDirectory directory = dataDirectory.directory();
    if ((bootstrapServers == null) != (schemaRegistryUrl == null)) {
      throw new CliException(
          "--bootstrap-servers and --schema-registry-url belong together",
          "give both or none",
          ExitCode.USAGE,
          null);
    }
    if (bootstrapServers == null) {
      DevState state = DevState.running(directory);
      bootstrapServers = state.bootstrapServers();
      schemaRegistryUrl = state.schemaRegistryUrl();
    } else {
      directory.create();
    }
    SubjectPseudonymizer pseudonymizer = PseudonymKey.openOrCreate(directory);
    Map<String, Object> kafka = KafkaFile.read(kafkaConfig);
    SuppressionSet.Remainder rest =
        SuppressionReader.read(bootstrapServers, schemaRegistryUrl, kafka, unreadable.max())
            .filter(data.dataset(), pseudonymizer);
    Dataset dataset = rest.dataset();
    Map<String, Object> settings =
        KafkaSettings.producer(bootstrapServers, schemaRegistryUrl, "lethe-import");
    settings.putAll(kafka);
    DatasetPublisher.Counts counts;
    long rows =
        (long) dataset.items().size() + dataset.profiles().size() + dataset.interactions().size();
    try (KafkaProducer<String, SpecificRecord> producer = new KafkaProducer<>(settings);
        ProgressDisplay progress = console.progress("Importing", "records", rows)) {
      counts = new DatasetPublisher(producer, pseudonymizer, clock).publish(dataset, progress);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("dataset", dataset.name());
    result.put("items", counts.items());
    result.put("profiles", counts.profiles());
    result.put("interactions", counts.interactions());
    result.put("suppressedProfiles", rest.profiles());
    result.put("suppressedInteractions", rest.interactions());
    result.put("likedAbove", dataset.likedAbove());
    console.result(
        result,
        "Imported "
            + dataset.name()
            + ": "
            + counts.items()
            + " items, "
            + counts.profiles()
            + " profiles, "
            + counts.interactions()
            + " interactions."
            + (rest.isWhole()
                ? ""
                : String.format(
                    Locale.ROOT,
                    "%n  Left out, since they were erased: %d profiles, %d interactions.",
                    rest.profiles(),
                    rest.interactions())));
    return ExitCode.OK;
  }
}
