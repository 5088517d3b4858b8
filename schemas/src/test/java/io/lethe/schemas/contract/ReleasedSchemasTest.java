package io.lethe.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.Compatibility;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.serde.ReleasedSchemas;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every schema ever released against the current one: records may be read again years after they
 * were written.
 */
class ReleasedSchemasTest {

  private static final Path RESOURCES =
      Path.of("src", "main", "resources", "io", "lethe", "schemas", "released");

  /** A record and the rule that its versions must keep. */
  record Rule(Schema current, Compatibility compatibility) {
    @Override
    public String toString() {
      return current.getName() + " " + compatibility;
    }
  }

  /**
   * Records of topics by their topic's rule; those that only occur inside others all occur in
   * erasure topics.
   */
  static List<Rule> records() {
    Map<String, Compatibility> rules =
        Topics.events().stream()
            .collect(
                Collectors.toMap(topic -> topic.value().getSimpleName(), Topic::compatibility));
    return Schemas.named().values().stream()
        .filter(schema -> schema.getType() == Schema.Type.RECORD)
        .map(
            schema ->
                new Rule(
                    schema, rules.getOrDefault(schema.getName(), Compatibility.FULL_TRANSITIVE)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("records")
  @FaultCase(
      fault = CatalogueFault.F22,
      level = FaultLevel.UNIT,
      does =
          "Reads each released version of every record by the current one, and for erasure topics the other way round.",
      load = "every schema",
      oracle = "Both directions resolve where the topic's rule says so.",
      limit = "exact")
  void shouldStayCompatibleWithEveryReleasedVersion(Rule rule) throws SchemaValidationException {
    validator(rule.compatibility())
        .validate(rule.current(), newestFirst(ReleasedSchemas.of(rule.current().getName())));
  }

  /**
   * The released files are the registry's history: what is deployed next must have been written
   * down.
   */
  @ParameterizedTest
  @MethodSource("records")
  void shouldHaveReleasedTheCurrentVersion(Rule rule) throws IOException {
    String name = rule.current().getName();
    List<Schema> released = ReleasedSchemas.of(name);
    Path next = RESOURCES.resolve(name).resolve((released.size() + 1) + ".avsc");
    if (released.isEmpty() || !released.get(released.size() - 1).equals(rule.current())) {
      CommittedFiles.writeIfAsked(
          next, SchemaFormatter.format("json/pretty", rule.current()) + "\n");
    }
    assertThat(released)
        .as("%s changed; its new version belongs in %s; %s", name, next, CommittedFiles.REMEDY)
        .endsWith(rule.current());
  }

  @ParameterizedTest
  @MethodSource("records")
  void shouldHaveKeptEachReleaseCompatibleWithThoseBefore(Rule rule)
      throws SchemaValidationException {
    List<Schema> released = ReleasedSchemas.of(rule.current().getName());
    assertThat(released).isNotEmpty();
    for (int version = 1; version < released.size(); version++) {
      validator(rule.compatibility())
          .validate(released.get(version), newestFirst(released.subList(0, version)));
    }
  }

  @Test
  void shouldHoldErasureTopicsToTheStricterRule() {
    Map<String, Compatibility> rules = new TreeMap<>();
    Topics.events().forEach(topic -> rules.put(topic.name(), topic.compatibility()));
    assertThat(rules)
        .allSatisfy(
            (name, rule) ->
                assertThat(rule)
                    .isEqualTo(
                        name.matches(
                                "deletion\\..*|forget-set\\.closed|adapter\\..*|dead-letter\\..*")
                            ? Compatibility.FULL_TRANSITIVE
                            : Compatibility.BACKWARD_TRANSITIVE));
  }

  @Test
  void shouldRefuseANewFieldWithoutADefaultUnderEitherRule() {
    Schema grown =
        record("{\"name\": \"a\", \"type\": \"int\"}, {\"name\": \"b\", \"type\": \"int\"}");
    List<Schema> before = List.of(record("{\"name\": \"a\", \"type\": \"int\"}"));
    for (Compatibility rule :
        List.of(Compatibility.BACKWARD_TRANSITIVE, Compatibility.FULL_TRANSITIVE)) {
      assertThatThrownBy(() -> validator(rule).validate(grown, before))
          .isInstanceOf(SchemaValidationException.class);
    }
  }

  @Test
  void shouldRefuseARemovedRequiredFieldUnderTheStricterRuleAlone() {
    Schema shrunk = record("{\"name\": \"a\", \"type\": \"int\"}");
    List<Schema> before =
        List.of(
            record("{\"name\": \"a\", \"type\": \"int\"}, {\"name\": \"b\", \"type\": \"int\"}"));
    assertThatCode(() -> validator(Compatibility.BACKWARD_TRANSITIVE).validate(shrunk, before))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> validator(Compatibility.FULL_TRANSITIVE).validate(shrunk, before))
        .isInstanceOf(SchemaValidationException.class);
  }

  private static Schema record(String fields) {
    return new Schema.Parser()
        .parse("{\"type\": \"record\", \"name\": \"R\", \"fields\": [" + fields + "]}");
  }

  private static List<Schema> newestFirst(List<Schema> released) {
    return released.stream().sorted(Comparator.comparing(released::indexOf).reversed()).toList();
  }

  private static SchemaValidator validator(Compatibility rule) {
    return switch (rule) {
      case FULL_TRANSITIVE -> new SchemaValidatorBuilder().mutualReadStrategy().validateAll();
      case BACKWARD_TRANSITIVE -> new SchemaValidatorBuilder().canReadStrategy().validateAll();
      case NONE -> throw new IllegalArgumentException("Bytes have no schema.");
    };
  }
}
