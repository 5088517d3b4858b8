package io.lethe.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class SubjectPartitionerTest {
  private static final Node NODE = new Node(1, "localhost", 9092);

  @Test
  void shouldAgreeWithKafkasDefaultPartitionerOnPlainSubjects() {
    for (int i = 0; i < 1000; i++) {
      String subjectRef = "subject" + i;
      int kafkas =
          BuiltInPartitioner.partitionForKey(subjectRef.getBytes(StandardCharsets.UTF_8), 4);
      assertThat(SubjectPartitioner.partitionOf(subjectRef, 4)).isEqualTo(kafkas);
    }
  }

  @Test
  void shouldPutEveryInteractionIntoThePartitionOfItsSubject() {
    try (MockProducer<String, String> producer = producer()) {
      for (int i = 0; i < 100; i++) {
        String subjectRef = "subject" + i;
        int requested = partition(producer, "deletion.requested", subjectRef);
        assertThat(
                partition(
                    producer, "interaction.recorded", InteractionKey.of(subjectRef, "item-" + i)))
            .isEqualTo(requested);
        assertThat(partition(producer, "profile.subject", subjectRef)).isEqualTo(requested);
      }
    }
  }

  @Test
  void shouldUseEveryPartition() {
    assertThat(
            IntStream.range(0, 100)
                .map(i -> SubjectPartitioner.partitionOf("subject" + i, 4))
                .boxed()
                .toList())
        .contains(0, 1, 2, 3);
  }

  @Test
  void shouldRefuseAnInteractionWithoutItsItem() {
    try (MockProducer<String, String> producer = producer()) {
      assertThatThrownBy(() -> partition(producer, "interaction.recorded", "subject"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The key of interaction.recorded must be subjectRef/itemId; got 7 characters without '/'.");
    }
  }

  @Test
  void shouldPutARecordWithoutAKeyIntoTheFirstPartition() {
    try (SubjectPartitioner partitioner = new SubjectPartitioner()) {
      assertThat(partitioner.partition("deletion.requested", null, null, null, null, cluster()))
          .isZero();
    }
  }

  @Test
  void shouldTakeInteractionKeysApart() {
    String key = InteractionKey.of("abc", "shop/42");
    assertThat(key).isEqualTo("abc/shop/42");
    assertThat(InteractionKey.subjectRef(key)).isEqualTo("abc");
    assertThat(InteractionKey.itemId(key)).isEqualTo("shop/42");
  }

  @Test
  void shouldRefuseKeysThatCouldNotBeTakenApart() {
    assertThatThrownBy(() -> InteractionKey.of("a/b", "c"))
        .hasMessageContaining("subjectRef")
        .hasMessageContaining("3 characters");
    assertThatThrownBy(() -> InteractionKey.of("", "c")).hasMessageContaining("subjectRef");
    assertThatThrownBy(() -> InteractionKey.of("a", "")).hasMessageContaining("itemId");
    for (String broken : List.of("", "/", "a/", "/b")) {
      assertThatThrownBy(() -> InteractionKey.itemId(broken))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static int partition(MockProducer<String, String> producer, String topic, String key) {
    try {
      return producer.send(new ProducerRecord<>(topic, key, "value")).get().partition();
    } catch (InterruptedException | java.util.concurrent.ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static MockProducer<String, String> producer() {
    return new MockProducer<>(
        cluster(), true, new SubjectPartitioner(), new StringSerializer(), new StringSerializer());
  }

  private static Cluster cluster() {
    List<PartitionInfo> partitions =
        Arrays.asList("interaction.recorded", "deletion.requested", "profile.subject").stream()
            .flatMap(
                topic ->
                    IntStream.range(0, 4)
                        .mapToObj(
                            i ->
                                new PartitionInfo(
                                    topic, i, NODE, new Node[] {NODE}, new Node[] {NODE})))
            .toList();
    return new Cluster("cluster", List.of(NODE), partitions, Set.of(), Set.of());
  }
}
