package io.lethe.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.lethe.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ContractFileTest {

  @Test
  void shouldHaveCommittedTheAsyncApiDocumentOfTheContract() throws IOException {
    CommittedFiles.verify(Path.of("asyncapi.yaml"), AsyncApiDocument.generate());
  }

  @Test
  void shouldHaveCommittedTheReferencePageOfTheContract() throws IOException {
    CommittedFiles.verify(Path.of("..", "docs", "reference", "topics.md"), TopicsPage.generate());
  }

  @Test
  void shouldHaveCommittedTheReferencePageOfAccess() throws IOException {
    CommittedFiles.verify(Path.of("..", "docs", "reference", "access.md"), AccessPage.generate());
  }

  @Test
  void shouldDescribeEveryTopicWithAMessageThatExists() throws IOException {
    JsonNode document =
        new ObjectMapper(new YAMLFactory()).readTree(Path.of("asyncapi.yaml").toFile());
    assertThat(document.get("channels")).hasSize(Topics.all().size());
    document
        .get("channels")
        .forEach(
            channel ->
                channel
                    .get("messages")
                    .forEach(
                        message ->
                            assertThat(
                                    document
                                        .at(message.get("$ref").asText().substring(1))
                                        .isObject())
                                .as("%s", message)
                                .isTrue()));
  }
}
