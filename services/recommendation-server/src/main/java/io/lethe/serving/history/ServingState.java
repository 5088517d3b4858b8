package io.lethe.serving.history;

import io.lethe.serving.domain.ErasureScope;
import io.lethe.serving.domain.Interaction;
import io.lethe.serving.suppress.Suppression;
import io.lethe.serving.suppress.SuppressionRegister;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that prompts and candidate lists are made from: catalogue, profiles, interactions, and what
 * of them is suppressed. One lock guards it, so that a suppression takes effect for history,
 * profile and counts at one instant. Thread-safe.
 *
 * <p>A suppressed interaction is kept until its tombstone arrives, because the request may still be
 * withdrawn; it is shown nowhere and counted nowhere.
 */
public final class ServingState {
  private static final class Subject {
    private String profile;
    private final Map<String, Interaction> interactions = new HashMap<>();
  }

  private final StateLimits limits;
  private final Map<String, String> titles = new HashMap<>();
  private final Map<String, Subject> subjects = new HashMap<>();
  private final PopularItems popularItems = new PopularItems();
  private final SuppressionRegister suppressions = new SuppressionRegister();
  private int interactions;
  private String exceeded;

  public ServingState(StateLimits limits) {
    this.limits = limits;
  }

  /** Adds or replaces an item of the catalogue. */
  public synchronized void putItem(String itemId, String title) {
    if (!titles.containsKey(itemId) && full(titles.size(), limits.items(), "lethe.items-max")) {
      return;
    }
    titles.put(itemId, title);
    popularItems.catalogue(itemId);
  }

  /** Takes an item out of the catalogue. */
  public synchronized void removeItem(String itemId) {
    titles.remove(itemId);
    popularItems.uncatalogue(itemId);
  }

  /** Adds or replaces what prompts say of a subject; null takes it away. */
  public synchronized void putProfile(String subjectRef, String profile) {
    Subject subject = profile == null ? subjects.get(subjectRef) : room(subjectRef);
    if (subject != null) {
      subject.profile = profile;
      dropIfEmpty(subjectRef, subject);
    }
  }

  /** Adds or replaces a subject's interaction with an item. */
  public synchronized void putInteraction(String subjectRef, Interaction interaction) {
    Subject subject = room(subjectRef);
    if (subject == null) {
      return;
    }
    boolean known = subject.interactions.containsKey(interaction.itemId());
    if (!known && full(interactions, limits.interactions(), "lethe.interactions-max")) {
      dropIfEmpty(subjectRef, subject);
      return;
    }
    Suppression suppression = suppressions.of(subjectRef);
    Interaction before = subject.interactions.put(interaction.itemId(), interaction);
    if (before == null) {
      interactions++;
    } else if (!suppression.hides(before)) {
      popularItems.count(before.itemId(), -1);
    }
    if (!suppression.hides(interaction)) {
      popularItems.count(interaction.itemId(), 1);
    }
  }

  /** Takes away a subject's interaction with an item. */
  public synchronized void removeInteraction(String subjectRef, String itemId) {
    Subject subject = subjects.get(subjectRef);
    Interaction removed = subject == null ? null : subject.interactions.remove(itemId);
    if (removed == null) {
      return;
    }
    interactions--;
    if (!suppressions.of(subjectRef).hides(removed)) {
      popularItems.count(itemId, -1);
    }
    dropIfEmpty(subjectRef, subject);
  }

  /** Applies a deletion request: from now on nothing that it covers is shown or counted. */
  public synchronized void suppress(String requestId, String subjectRef, ErasureScope scope) {
    if (full(suppressions.requests(), limits.requests(), "lethe.requests-max")) {
      return;
    }
    recount(subjectRef, () -> suppressions.suppress(requestId, subjectRef, scope));
  }

  /** Takes back a deletion request that was withdrawn. */
  public synchronized void lift(String requestId) {
    Optional<String> subjectRef = suppressions.subjectOf(requestId);
    if (subjectRef.isPresent()) {
      recount(subjectRef.get(), () -> suppressions.lift(requestId));
    } else if (!full(suppressions.requests(), limits.requests(), "lethe.requests-max")) {
      suppressions.lift(requestId);
    }
  }

  /** What a prompt may show of the subject now. */
  public synchronized SubjectView view(String subjectRef) {
    Suppression suppression = suppressions.of(subjectRef);
    Subject subject = subjects.get(subjectRef);
    if (subject == null || suppression.everything()) {
      return new SubjectView(null, List.of(), suppression.generation());
    }
    List<Interaction> shown = new ArrayList<>();
    for (Interaction interaction : subject.interactions.values()) {
      if (!suppression.hides(interaction)) {
        shown.add(interaction);
      }
    }
    shown.sort(Interaction.TIME_ORDER);
    return new SubjectView(subject.profile, shown, suppression.generation());
  }

  /** Whether the subject's deletion requests are still those that a view was made under. */
  public synchronized boolean stands(String subjectRef, SubjectView view) {
    return suppressions.of(subjectRef).generation() == view.generation();
  }

  /**
   * The most-interacted items of the catalogue that the subject has neither interacted with nor had
   * erased; for an unknown or altogether suppressed subject simply the most-interacted.
   */
  public synchronized List<String> retrieve(String subjectRef, int limit) {
    Suppression suppression = suppressions.of(subjectRef);
    Subject subject = suppression.everything() ? null : subjects.get(subjectRef);
    return popularItems.first(limit, itemId -> unseen(suppression, subject, itemId));
  }

  /**
   * The given items without those that the catalogue lacks, or that the subject has interacted with
   * or had erased, in the order given.
   */
  public synchronized List<String> retrievable(String subjectRef, Collection<String> itemIds) {
    Suppression suppression = suppressions.of(subjectRef);
    Subject subject = suppression.everything() ? null : subjects.get(subjectRef);
    return itemIds.stream()
        .filter(itemId -> titles.containsKey(itemId) && unseen(suppression, subject, itemId))
        .toList();
  }

  private static boolean unseen(Suppression suppression, Subject subject, String itemId) {
    return (subject == null || !subject.interactions.containsKey(itemId))
        && !erased(suppression, subject, itemId);
  }

  /** The given candidates without those that the subject has had erased. */
  public synchronized List<String> withoutErased(String subjectRef, Collection<String> itemIds) {
    Suppression suppression = suppressions.of(subjectRef);
    Subject subject = subjects.get(subjectRef);
    return itemIds.stream().filter(itemId -> !erased(suppression, subject, itemId)).toList();
  }

  /** The title of an item, as prompts show it. */
  public synchronized Optional<String> title(String itemId) {
    return Optional.ofNullable(titles.get(itemId));
  }

  /** How many subjects have a standing deletion request. */
  public synchronized int suppressedSubjects() {
    return suppressions.suppressedSubjects();
  }

  /** Which limit was passed, with its remedy; empty while everything fits. */
  public synchronized Optional<String> exceeded() {
    return Optional.ofNullable(exceeded);
  }

  private static boolean erased(Suppression suppression, Subject subject, String itemId) {
    if (suppression.everything()) {
      // Nothing may differ from a subject who was never known.
      return false;
    }
    Interaction interaction = subject == null ? null : subject.interactions.get(itemId);
    return suppression.names(itemId) || (interaction != null && suppression.hides(interaction));
  }

  private void recount(String subjectRef, Runnable change) {
    Subject subject = subjects.get(subjectRef);
    if (subject == null) {
      change.run();
      return;
    }
    countShown(subjectRef, subject, -1);
    change.run();
    countShown(subjectRef, subject, 1);
  }

  private void countShown(String subjectRef, Subject subject, int change) {
    Suppression suppression = suppressions.of(subjectRef);
    for (Interaction interaction : subject.interactions.values()) {
      if (!suppression.hides(interaction)) {
        popularItems.count(interaction.itemId(), change);
      }
    }
  }

  private Subject room(String subjectRef) {
    Subject known = subjects.get(subjectRef);
    if (known != null) {
      return known;
    }
    if (full(subjects.size(), limits.subjects(), "lethe.subjects-max")) {
      return null;
    }
    Subject added = new Subject();
    subjects.put(subjectRef, added);
    return added;
  }

  private void dropIfEmpty(String subjectRef, Subject subject) {
    if (subject.profile == null && subject.interactions.isEmpty()) {
      subjects.remove(subjectRef);
    }
  }

  private boolean full(int size, int limit, String key) {
    if (size < limit) {
      return false;
    }
    // Part of the state is missing from here on, so the server must not answer from it.
    exceeded = "More than " + limit + " entries: raise " + key + " and the heap, then restart.";
    return true;
  }
}
