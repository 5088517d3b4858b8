package io.lethe.serving.suppress;

import io.lethe.serving.domain.ErasureScope;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who has asked for what to be erased. A request suppresses from the moment it is applied, for
 * ever, unless it is withdrawn; withdrawal may be learnt before the request itself, since the two
 * come on different topics. Not thread-safe: its owner guards it.
 */
public final class SuppressionRegister {
  private static final class Subject {
    private final Map<String, ErasureScope> requests = new LinkedHashMap<>();
    private long generation;
  }

  private final Map<String, Subject> subjects = new HashMap<>();
  private final Map<String, String> subjectOfRequest = new HashMap<>();
  private final Set<String> withdrawnRequestIds = new HashSet<>();
  private int suppressedSubjects;

  /** Applies a request; false where it changes nothing: known already, or withdrawn. */
  public boolean suppress(String requestId, String subjectRef, ErasureScope scope) {
    if (withdrawnRequestIds.contains(requestId) || subjectOfRequest.containsKey(requestId)) {
      return false;
    }
    Subject subject = subjects.computeIfAbsent(subjectRef, ref -> new Subject());
    if (subject.requests.isEmpty()) {
      suppressedSubjects++;
    }
    subject.requests.put(requestId, scope);
    subject.generation++;
    subjectOfRequest.put(requestId, subjectRef);
    return true;
  }

  /** Takes back a request that was withdrawn; false where it changes nothing. */
  public boolean lift(String requestId) {
    if (!withdrawnRequestIds.add(requestId)) {
      return false;
    }
    String subjectRef = subjectOfRequest.remove(requestId);
    if (subjectRef == null) {
      return false;
    }
    Subject subject = subjects.get(subjectRef);
    subject.requests.remove(requestId);
    subject.generation++;
    if (subject.requests.isEmpty()) {
      suppressedSubjects--;
    }
    return true;
  }

  /** What the subject has asked to be erased. */
  public Suppression of(String subjectRef) {
    Subject subject = subjects.get(subjectRef);
    return subject == null
        ? Suppression.NONE
        : Suppression.of(subject.requests.values(), subject.generation);
  }

  /** Whom a standing request is about. */
  public Optional<String> subjectOf(String requestId) {
    return Optional.ofNullable(subjectOfRequest.get(requestId));
  }

  /** How many subjects have at least one standing request. */
  public int suppressedSubjects() {
    return suppressedSubjects;
  }

  /** How many requests are held, standing or withdrawn. */
  public int requests() {
    return subjectOfRequest.size() + withdrawnRequestIds.size();
  }
}
