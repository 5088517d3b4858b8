package io.lethe.cli.access;

import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.schemas.access.TopicAccess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what each service may do on the broker. */
@Command(
    name = "acls",
    description = {
      "Print the access control lists that give each service what it does on the broker, and",
      "nothing else: as commands for Kafka's own kafka-acls.sh, or as Strimzi's KafkaUser."
    })
public final class AclsCommand implements Callable<Integer> {
  /** How the lists are written. */
  enum Format {
    KAFKA_ACLS,
    STRIMZI
  }

  private final Console console;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "KAFKA_ACLS",
      description = "kafka_acls or strimzi (${DEFAULT-VALUE}).")
  private Format format;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = "kafka",
      description = "Strimzi's name of the cluster (${DEFAULT-VALUE}).")
  private String cluster;

  public AclsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<String> blocks =
        TopicAccess.ALL.stream()
            .map(access -> format == Format.STRIMZI ? kafkaUser(access) : commands(access))
            .toList();
    Map<String, Object> result = new LinkedHashMap<>();
    TopicAccess.ALL.forEach(
        access ->
            result.put(
                access.principal(), access.bindings().stream().map(AclsCommand::json).toList()));
    console.result(result, String.join(format == Format.STRIMZI ? "---\n" : "\n", blocks));
    return ExitCode.OK;
  }

  private static String commands(TopicAccess access) {
    StringBuilder text = new StringBuilder();
    for (AclBinding binding : access.bindings()) {
      text.append(
              "kafka-acls.sh --bootstrap-server \"$BOOTSTRAP\" --command-config \"$ADMIN\" --add")
          .append(" --allow-principal ")
          .append(binding.entry().principal())
          .append(" --operation ")
          .append(operation(binding))
          .append(' ')
          .append(option(binding.pattern().resourceType()))
          .append(' ')
          .append(binding.pattern().name());
      if (binding.pattern().patternType() == PatternType.PREFIXED) {
        text.append(" --resource-pattern-type prefixed");
      }
      text.append('\n');
    }
    return text.toString();
  }

  private String kafkaUser(TopicAccess access) {
    StringBuilder text = new StringBuilder();
    text.append("apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaUser\nmetadata:\n  name: ")
        .append(access.principal())
        .append("\n  labels:\n    strimzi.io/cluster: ")
        .append(cluster)
        .append(
            "\nspec:\n  authentication:\n    type: scram-sha-512\n  authorization:\n    type: simple\n    acls:\n");
    for (AclBinding binding : access.bindings()) {
      text.append("      - resource:\n          type: ")
          .append(strimziType(binding.pattern().resourceType()))
          .append("\n          name: ")
          .append(binding.pattern().name())
          .append("\n          patternType: ")
          .append(binding.pattern().patternType() == PatternType.PREFIXED ? "prefix" : "literal")
          .append("\n        operations: [")
          .append(operation(binding))
          .append("]\n");
    }
    return text.toString();
  }

  private static Map<String, Object> json(AclBinding binding) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("resource", strimziType(binding.pattern().resourceType()));
    json.put("name", binding.pattern().name());
    json.put("pattern", binding.pattern().patternType().name().toLowerCase(Locale.ROOT));
    json.put("operation", operation(binding));
    return json;
  }

  private static String option(ResourceType type) {
    return switch (type) {
      case TOPIC -> "--topic";
      case GROUP -> "--group";
      case TRANSACTIONAL_ID -> "--transactional-id";
      default -> throw new IllegalStateException("no such resource is declared: " + type);
    };
  }

  private static String strimziType(ResourceType type) {
    return switch (type) {
      case TOPIC -> "topic";
      case GROUP -> "group";
      case TRANSACTIONAL_ID -> "transactionalId";
      default -> throw new IllegalStateException("no such resource is declared: " + type);
    };
  }

  /** As both formats write it, for example DescribeConfigs. */
  private static String operation(AclBinding binding) {
    List<String> words = new ArrayList<>();
    for (String word : binding.entry().operation().name().split("_")) {
      words.add(word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT));
    }
    return String.join("", words);
  }
}
