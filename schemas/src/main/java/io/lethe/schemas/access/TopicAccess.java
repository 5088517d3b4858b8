package io.lethe.schemas.access;

import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What one principal does on the broker, and hence all that it may do. Access control lists and
 * their documentation are made from this list alone.
 *
 * @param principal the name it logs in by
 * @param reads topics it reads
 * @param writes topics it writes, dead letters included
 * @param groups the beginning of its consumer groups' names; empty for none
 * @param transactionalIds the beginning of its transactional ids; empty for none
 * @param internalTopics the beginning of the names of topics that are its own to create, use and
 *     drop; empty for none
 */
public record TopicAccess(
    String principal,
    List<String> reads,
    List<String> writes,
    String groups,
    String transactionalIds,
    String internalTopics) {
  private static final String ANY_HOST = "*";
  private static final String ACCUMULATOR = "lethe-accumulator";
  private static final String WORKER = "lethe-worker-";
  private static final String CATALOG = "lethe-catalog-";
  private static final String LEDGER = "lethe-ledger-";

  /** Every principal, in the order of the flow. */
  public static final List<TopicAccess> ALL =
      List.of(
          new TopicAccess(
              "account-system",
              names(Topics.DELETION_PROGRESSED),
              names(Topics.DELETION_SUBMITTED),
              "account-system",
              "",
              ""),
          new TopicAccess(
              "operator-cli",
              // What was erased stays out of what it imports.
              names(Topics.DELETION_REQUESTED, Topics.DELETION_PROGRESSED),
              names(Topics.CATALOG_ITEM, Topics.PROFILE_SUBJECT, Topics.INTERACTION_RECORDED),
              "",
              "",
              ""),
          new TopicAccess(
              "deletion-intake",
              names(
                  Topics.DELETION_SUBMITTED, Topics.DELETION_REQUESTED, Topics.DELETION_PROGRESSED),
              with(names(Topics.DELETION_REQUESTED), Topics.DELETION_SUBMITTED),
              "lethe-intake",
              "",
              ""),
          new TopicAccess(
              "forget-set-accumulator",
              names(
                  Topics.INTERACTION_RECORDED,
                  Topics.PROFILE_SUBJECT,
                  Topics.DELETION_REQUESTED,
                  Topics.ADAPTER_TRAINED,
                  Topics.DELETION_PROGRESSED),
              with(
                  names(
                      Topics.FORGET_SET_CLOSED,
                      Topics.RETAIN_SAMPLED,
                      Topics.INTERACTION_RECORDED,
                      Topics.PROFILE_SUBJECT),
                  Topics.INTERACTION_RECORDED,
                  Topics.PROFILE_SUBJECT,
                  Topics.DELETION_REQUESTED,
                  Topics.ADAPTER_TRAINED,
                  Topics.DELETION_PROGRESSED),
              ACCUMULATOR,
              ACCUMULATOR,
              ACCUMULATOR + "-"),
          new TopicAccess(
              "unlearning-worker",
              names(
                  Topics.FORGET_SET_CLOSED,
                  Topics.CATALOG_ITEM,
                  Topics.RETAIN_SAMPLED,
                  Topics.ADAPTER_TRAINED,
                  Topics.ADAPTER_VERSION,
                  Topics.DELETION_PROGRESSED),
              with(
                  names(Topics.ADAPTER_TRAINED, Topics.UNLEARNING_PROGRESSED),
                  Topics.FORGET_SET_CLOSED),
              WORKER,
              WORKER,
              ""),
          new TopicAccess(
              "adapter-catalog",
              names(Topics.ADAPTER_TRAINED, Topics.ADAPTER_VERSION),
              with(names(Topics.ADAPTER_VERSION), Topics.ADAPTER_TRAINED),
              CATALOG,
              CATALOG,
              ""),
          new TopicAccess(
              "recommendation-server",
              names(
                  Topics.CATALOG_ITEM,
                  Topics.PROFILE_SUBJECT,
                  Topics.INTERACTION_RECORDED,
                  Topics.DELETION_REQUESTED,
                  Topics.DELETION_PROGRESSED,
                  Topics.ADAPTER_VERSION),
              names(Topics.ADAPTER_SERVING),
              "",
              "",
              ""),
          new TopicAccess(
                  "erasure-ledger",
                  names(
                      Topics.DELETION_PROGRESSED,
                      Topics.DELETION_REQUESTED,
                      Topics.FORGET_SET_CLOSED,
                      Topics.UNLEARNING_PROGRESSED,
                      Topics.ADAPTER_TRAINED,
                      Topics.ADAPTER_VERSION,
                      Topics.ADAPTER_SERVING,
                      // It keeps the poison of topics that nobody works off, and tracks all
                      // letters.
                      Topics.CATALOG_ITEM,
                      Topics.RETAIN_SAMPLED,
                      Topics.DEAD_LETTER_REDRIVEN),
                  // Where letters are sent back to.
                  names(
                      Topics.DELETION_PROGRESSED,
                      Topics.DEAD_LETTER_REDRIVEN,
                      Topics.CATALOG_ITEM,
                      Topics.PROFILE_SUBJECT,
                      Topics.INTERACTION_RECORDED,
                      Topics.DELETION_SUBMITTED,
                      Topics.DELETION_REQUESTED,
                      Topics.FORGET_SET_CLOSED,
                      Topics.ADAPTER_TRAINED),
                  LEDGER,
                  LEDGER,
                  "")
              .readingEveryDeadLetter()
              .keepingThePoisonOf(
                  Topics.CATALOG_ITEM,
                  Topics.RETAIN_SAMPLED,
                  Topics.UNLEARNING_PROGRESSED,
                  Topics.ADAPTER_VERSION,
                  Topics.ADAPTER_SERVING,
                  Topics.DELETION_PROGRESSED,
                  Topics.DEAD_LETTER_REDRIVEN));

  /** The access control entries that allow this and nothing else, for any host. */
  public List<AclBinding> bindings() {
    List<AclBinding> bindings = new ArrayList<>();
    // Reading and writing each allow to describe.
    reads.forEach(topic -> bindings.add(literal(topic, AclOperation.READ)));
    writes.forEach(topic -> bindings.add(literal(topic, AclOperation.WRITE)));
    if (!groups.isEmpty()) {
      bindings.add(prefixed(ResourceType.GROUP, groups, AclOperation.READ));
    }
    if (!transactionalIds.isEmpty()) {
      bindings.add(prefixed(ResourceType.TRANSACTIONAL_ID, transactionalIds, AclOperation.WRITE));
    }
    if (!internalTopics.isEmpty()) {
      for (AclOperation operation :
          List.of(
              AclOperation.CREATE,
              AclOperation.READ,
              AclOperation.WRITE,
              AclOperation.DELETE,
              AclOperation.DESCRIBE_CONFIGS)) {
        bindings.add(prefixed(ResourceType.TOPIC, internalTopics, operation));
      }
    }
    return bindings;
  }

  private TopicAccess readingEveryDeadLetter() {
    List<String> all = new ArrayList<>(reads);
    Topics.all().stream().map(Topic::name).filter(Topics::isDeadLetter).forEach(all::add);
    return new TopicAccess(
        principal, List.copyOf(all), writes, groups, transactionalIds, internalTopics);
  }

  private TopicAccess keepingThePoisonOf(Topic<?>... topics) {
    return new TopicAccess(
        principal, reads, with(writes, topics), groups, transactionalIds, internalTopics);
  }

  private AclBinding literal(String topic, AclOperation operation) {
    return binding(ResourceType.TOPIC, topic, PatternType.LITERAL, operation);
  }

  private AclBinding prefixed(ResourceType type, String prefix, AclOperation operation) {
    return binding(type, prefix, PatternType.PREFIXED, operation);
  }

  private AclBinding binding(
      ResourceType type, String name, PatternType pattern, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:" + principal, ANY_HOST, operation, AclPermissionType.ALLOW));
  }

  private static List<String> names(Topic<?>... topics) {
    return Arrays.stream(topics).<String>map(Topic::name).toList();
  }

  private static List<String> with(List<String> names, Topic<?>... deadLettersOf) {
    List<String> all = new ArrayList<>(names);
    for (Topic<?> topic : deadLettersOf) {
      all.add(Topics.deadLetter(topic.name()));
    }
    return List.copyOf(all);
  }
}
