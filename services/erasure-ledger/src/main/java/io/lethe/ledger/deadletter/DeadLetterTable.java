package io.lethe.ledger.deadletter;

import io.lethe.ledger.deadletter.TrackedLetter.Redrive;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.kafka.DeadLetter;
import io.lethe.schemas.kafka.RecordPosition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * The dead letters that are there, by position: their shapes, never their bytes. Whoever reads a
 * record twice may write its letter twice; the first stands for both. When the table is full those
 * that are settled make room, and then new ones are only counted, because those that waited longest
 * have the least time left. Safe for use by many threads.
 */
public final class DeadLetterTable {
  /** Topics whose records are deletion requests, or carry them. */
  static final Set<String> OF_REQUESTS =
      Set.of(
          Topics.DELETION_SUBMITTED.name(),
          Topics.DELETION_REQUESTED.name(),
          Topics.FORGET_SET_CLOSED.name());

  /** A dozen metrics ask for the same figures at the same moment. */
  private static final Duration OVERVIEW_STANDS = Duration.ofSeconds(1);

  private static final Duration EXPIRY_INTERVAL = Duration.ofMinutes(1);

  private record Entry(DeadLetter letter, List<String> requestIds, Optional<Instant> deadline) {}

  /**
   * The open letters in figures.
   *
   * @param byTopic dead-letter topic to how many are open; every topic is there
   * @param oldestAge age of the one that first failed first; empty when none is open
   * @param timeLeftMin time left of the most urgent, negative when it is overdue; empty when none
   *     has a deadline
   * @param untracked letters that the table had no room for
   */
  public record Overview(
      Map<String, Long> byTopic,
      Optional<Duration> oldestAge,
      Optional<Duration> timeLeftMin,
      long untracked) {
    /** How many are open. */
    public long open() {
      return byTopic.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Part of a list.
   *
   * @param next id after which the rest begins; empty at the end
   */
  public record Page(List<TrackedLetter> letters, Optional<String> next) {}

  private final int recordsMax;
  private final Duration unknownDeadline;
  private final BiPredicate<String, String> answered;
  private final Clock clock;
  private final TreeMap<RecordPosition, Entry> letters = new TreeMap<>();
  private final Map<RecordPosition, RecordPosition> bySource = new HashMap<>();
  private final Map<RecordPosition, Redrive> redrives = new LinkedHashMap<>();
  private long untracked;
  private Overview overview;
  private Instant overviewAt = Instant.MIN;
  private Instant expiredAt = Instant.MIN;

  /**
   * @param recordsMax letters held at once
   * @param unknownDeadline how long after its receipt a request is due whose own deadline cannot be
   *     read
   * @param answered tells of the topic that a letter is for and of a request that it carries
   *     whether the request is beyond what that topic brings about
   */
  public DeadLetterTable(
      int recordsMax, Duration unknownDeadline, BiPredicate<String, String> answered, Clock clock) {
    if (recordsMax < 1) {
      throw new IllegalArgumentException(
          "lethe.dead-letters.records-max is " + recordsMax + "; set it to 1 or more.");
    }
    this.recordsMax = recordsMax;
    this.unknownDeadline = unknownDeadline;
    this.answered = answered;
    this.clock = clock;
  }

  /**
   * Takes a letter; one that is known, or stands for a record whose letter is known, is ignored.
   */
  public synchronized void put(DeadLetter letter, List<String> requestIds) {
    RecordPosition position = letter.position();
    if (letters.containsKey(position)
        || (letter.source().isKnown() && bySource.containsKey(letter.source()))) {
      return;
    }
    if (letters.size() >= recordsMax && !makeRoom()) {
      untracked++;
      overview = null;
      return;
    }
    overview = null;
    letters.put(position, new Entry(letter, List.copyOf(requestIds), deadline(letter)));
    if (letter.source().isKnown()) {
      bySource.put(letter.source(), position);
    }
  }

  /** A letter was sent back; it may become known later than this. */
  public synchronized void redriven(DeadLetterRedriven event) {
    overview = null;
    redrives.put(
        new RecordPosition(
            event.getDeadLetterTopic(),
            event.getDeadLetterPartition(),
            event.getDeadLetterOffset()),
        new Redrive(
            event.getRedriveId(), event.getRedrivenAt(), event.getActorRef(), event.getWhy()));
    if (redrives.size() > 2L * recordsMax) {
      // Letters live for months and these for years: the eldest have no letter any more.
      redrives.remove(redrives.keySet().iterator().next());
    }
  }

  /**
   * Letters in the order of their positions.
   *
   * @param state only those in it; null for all
   * @param olderThan only those that first failed at least so long ago
   * @param after id of the last letter that is not wanted again; null to begin
   */
  public synchronized Page list(
      LetterFilter filter, LetterState state, Duration olderThan, RecordPosition after, int limit) {
    expire();
    Instant before = clock.instant().minus(olderThan);
    List<TrackedLetter> found =
        (after == null ? letters : letters.tailMap(after, false))
            .values().stream()
                .filter(entry -> filter.test(entry.letter()))
                .filter(entry -> !entry.letter().firstSeen().isAfter(before))
                .map(this::tracked)
                .filter(letter -> state == null || letter.state() == state)
                .limit(limit + 1L)
                .toList();
    return found.size() <= limit
        ? new Page(found, Optional.empty())
        : new Page(List.copyOf(found.subList(0, limit)), Optional.of(found.get(limit - 1).id()));
  }

  /** The open letters in figures. */
  public synchronized Overview overview() {
    Instant asked = clock.instant();
    if (overview == null || overviewAt.plus(OVERVIEW_STANDS).isBefore(asked)) {
      overview = look();
      overviewAt = asked;
    }
    return overview;
  }

  private Overview look() {
    expire();
    Map<String, Long> byTopic = new TreeMap<>();
    Topics.events().forEach(topic -> byTopic.put(Topics.deadLetter(topic.name()), 0L));
    Instant oldest = null;
    Instant due = null;
    for (Entry entry : letters.values()) {
      if (stateOf(entry) != LetterState.OPEN) {
        continue;
      }
      byTopic.merge(entry.letter().position().topic(), 1L, Long::sum);
      oldest = earlier(oldest, entry.letter().firstSeen());
      due = earlier(due, entry.deadline().orElse(null));
    }
    Instant now = clock.instant();
    Instant first = oldest;
    Instant next = due;
    return new Overview(
        byTopic,
        Optional.ofNullable(first).map(at -> Duration.between(at, now)),
        Optional.ofNullable(next).map(at -> Duration.between(now, at)),
        untracked);
  }

  /** Why some deadlines are not counted, with the remedy; empty when all are. */
  public synchronized Optional<String> fault() {
    return untracked == 0
        ? Optional.empty()
        : Optional.of(
            "There are "
                + untracked
                + " dead letters more than lethe.dead-letters.records-max ("
                + recordsMax
                + "), whose deadlines are not counted; redrive what can be mended, or raise it and"
                + " start again.");
  }

  private Optional<Instant> deadline(DeadLetter letter) {
    if (letter.dueAt().isPresent()) {
      return letter.dueAt();
    }
    return OF_REQUESTS.contains(letter.source().topic())
        ? Optional.of(letter.receivedAt().plus(unknownDeadline))
        : Optional.empty();
  }

  private TrackedLetter tracked(Entry entry) {
    return new TrackedLetter(
        entry.letter(),
        entry.requestIds(),
        entry.deadline(),
        Optional.ofNullable(redrives.get(entry.letter().position())),
        stateOf(entry));
  }

  private LetterState stateOf(Entry entry) {
    if (redrives.containsKey(entry.letter().position())) {
      return LetterState.REDRIVEN;
    }
    String topic = entry.letter().source().topic();
    boolean done =
        !entry.requestIds().isEmpty()
            && entry.requestIds().stream().allMatch(id -> answered.test(topic, id));
    return done ? LetterState.ANSWERED : LetterState.OPEN;
  }

  private boolean makeRoom() {
    return letters.values().stream()
        .filter(entry -> stateOf(entry) != LetterState.OPEN)
        .min(Comparator.comparing(entry -> entry.letter().firstSeen()))
        .map(
            settled -> {
              remove(settled.letter());
              return true;
            })
        .orElse(false);
  }

  /** Drops the letters whose topic no longer holds them. */
  private void expire() {
    Instant now = clock.instant();
    if (expiredAt.plus(EXPIRY_INTERVAL).isAfter(now)) {
      return;
    }
    expiredAt = now;
    Iterator<Entry> each = letters.values().iterator();
    while (each.hasNext()) {
      DeadLetter letter = each.next().letter();
      Duration kept =
          Topics.named(letter.position().topic()).map(Topic::retention).orElse(Duration.ZERO);
      if (letter.writtenAt().plus(kept).isBefore(now)) {
        each.remove();
        bySource.remove(letter.source());
      }
    }
  }

  private void remove(DeadLetter letter) {
    letters.remove(letter.position());
    bySource.remove(letter.source());
  }

  private static Instant earlier(Instant one, Instant other) {
    return one == null || (other != null && other.isBefore(one)) ? other : one;
  }
}
