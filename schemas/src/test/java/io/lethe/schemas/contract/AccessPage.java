package io.lethe.schemas.contract;

import io.lethe.schemas.access.TopicAccess;
import java.util.List;
import java.util.stream.Collectors;

/** The page of reference that says who may do what on the broker. */
final class AccessPage {
  private AccessPage() {}

  static String generate() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        <!-- Generated from TopicAccess; a test fails when it differs. -->
        # Who may do what on the broker

        Each principal may do what it does, and nothing else. `./lethe acls` prints the same as commands or as resources;
        how services log in is told in [security.md](../operating/security.md).

        | principal | reads | writes | groups | transactional ids | own topics |
        |---|---|---|---|---|---|
        """);
    for (TopicAccess access : TopicAccess.ALL) {
      page.append("| `")
          .append(access.principal())
          .append("` | ")
          .append(names(access.reads()))
          .append(" | ")
          .append(names(access.writes()))
          .append(" | ")
          .append(prefix(access.groups()))
          .append(" | ")
          .append(prefix(access.transactionalIds()))
          .append(" | ")
          .append(prefix(access.internalTopics()))
          .append(" |\n");
    }
    return page.toString();
  }

  private static String names(List<String> topics) {
    return topics.isEmpty()
        ? "-"
        : topics.stream().map(topic -> "`" + topic + "`").collect(Collectors.joining(", "));
  }

  private static String prefix(String prefix) {
    return prefix.isEmpty() ? "-" : "`" + prefix + "...`";
  }
}
