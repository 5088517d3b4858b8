package io.lethe.schemas;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Creates the topics of {@link Topics}; running it again, or from two places at once, changes
 * nothing.
 */
public final class TopicCreator {
  private static final long ANSWER_TIMEOUT_SECONDS = 60;

  private TopicCreator() {}

  /**
   * Creates every topic of {@link Topics#all()} that the cluster lacks.
   *
   * @param replicationFactor copies of each partition
   * @return names of the topics created now, in the order of the list; empty when all were there
   * @throws IllegalStateException when an existing topic has another number of partitions, or the
   *     cluster refuses
   */
  public static List<String> createMissing(Admin admin, short replicationFactor) {
    return createMissing(admin, Topics.all(), replicationFactor);
  }

  /** As {@link #createMissing(Admin, short)}, for some topics. */
  public static List<String> createMissing(
      Admin admin, List<Topic<?>> topics, short replicationFactor) {
    Set<String> present = answer(admin.listTopics().names(), "list its topics");
    List<Topic<?>> missing =
        topics.stream().filter(topic -> !present.contains(topic.name())).toList();
    List<String> created = create(admin, missing, replicationFactor);
    verifyPartitions(
        admin, topics.stream().filter(topic -> !created.contains(topic.name())).toList());
    return created;
  }

  private static List<String> create(Admin admin, List<Topic<?>> missing, short replicationFactor) {
    Map<String, KafkaFuture<Void>> answers =
        admin
            .createTopics(
                missing.stream()
                    .map(
                        topic ->
                            new NewTopic(topic.name(), topic.partitions(), replicationFactor)
                                .configs(topic.config()))
                    .toList())
            .values();
    List<String> created = new ArrayList<>();
    for (Topic<?> topic : missing) {
      try {
        answer(answers.get(topic.name()), "create topic " + topic.name());
        created.add(topic.name());
      } catch (IllegalStateException refused) {
        // Another process may create the same topics at the same moment; what it made is verified
        // below.
        if (!(refused.getCause() instanceof TopicExistsException)) {
          throw refused;
        }
      }
    }
    return List.copyOf(created);
  }

  private static void verifyPartitions(Admin admin, List<Topic<?>> existing) {
    Map<String, TopicDescription> descriptions =
        answer(
            admin.describeTopics(existing.stream().map(Topic::name).toList()).allTopicNames(),
            "describe its topics");
    List<String> wrong =
        existing.stream()
            .filter(
                topic -> descriptions.get(topic.name()).partitions().size() != topic.partitions())
            .map(
                topic ->
                    topic.name()
                        + " has "
                        + descriptions.get(topic.name()).partitions().size()
                        + " partitions instead of "
                        + topic.partitions())
            .collect(Collectors.toList());
    if (!wrong.isEmpty()) {
      throw new IllegalStateException(
          "Topics disagree with the list: "
              + String.join("; ", wrong)
              + ". Records would meet the wrong partition; delete or re-create these topics, or use another cluster.");
    }
  }

  private static <T> T answer(KafkaFuture<T> future, String action) {
    try {
      return future.get(ANSWER_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException refused) {
      throw new IllegalStateException(
          "The cluster refused to " + action + ": " + refused.getCause().getMessage(),
          refused.getCause());
    } catch (TimeoutException silent) {
      throw new IllegalStateException(
          "The cluster did not "
              + action
              + " within "
              + ANSWER_TIMEOUT_SECONDS
              + " s; check kafka.bootstrap.servers.",
          silent);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "Interrupted while the cluster was to " + action + ".", interrupted);
    }
  }
}
