package io.lethe.simulation.process;

import io.lethe.simulation.Fault;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.ConsumerGroup;
import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.FencedException;
import io.lethe.simulation.broker.TransactionalProducer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** forget-set-accumulator: tasks that read, change state and write in one transaction each. */
public final class AccumulatorProcess extends SimulatedProcess {
  private static final String FORGET_SETS = "forget-sets";
  private static final String SUBJECTS = "subjects-";

  private final ConsumerGroup group;
  private TransactionalProducer producer;
  private TreeMap<String, AccumulatorTask> tasks;
  private Map<String, Long> positions;
  private Map<String, Long> moved;
  private int generation;

  public AccumulatorProcess(World world, String name) {
    super(world, name);
    List<String> names = new ArrayList<>();
    names.add(FORGET_SETS);
    for (int partition = 0; partition < World.SUBJECT_PARTITIONS; partition++) {
      names.add(SUBJECTS + partition);
    }
    this.group = world.broker().group("accumulator", names);
  }

  @Override
  protected void onStart() {
    producer = world.broker().producer(name());
    forget();
  }

  @Override
  protected void onEnd() {
    tasks = null;
  }

  @Override
  protected void onStop() {
    group.leave(name());
  }

  @Override
  protected void onTurn() {
    try {
      ConsumerGroup.Assignment assignment = group.poll(name(), world.now());
      if (assignment.generation() != generation) {
        startOver();
        generation = assignment.generation();
      }
      assignment.sources().forEach(this::open);
      work();
      mayCrashInTransaction();
      if (world.isCalm() || world.chance(0.6)) {
        commit();
      }
    } catch (FencedException fenced) {
      tell("is fenced: " + fenced.getMessage());
      producer = world.broker().producer(name());
      forget();
    }
  }

  private void forget() {
    tasks = new TreeMap<>();
    positions = new HashMap<>();
    moved = new HashMap<>();
    generation = -1;
  }

  private void startOver() {
    producer.abort();
    forget();
  }

  /** Opens a task, once no transaction is pending that moves its positions. */
  private void open(String name) {
    if (tasks.containsKey(name)) {
      return;
    }
    Map<String, Long> committed = new HashMap<>();
    for (String source : sources(name)) {
      OptionalLong position = world.broker().position(group, source, 0);
      if (position.isEmpty()) {
        return;
      }
      committed.put(source, position.getAsLong());
    }
    // State is restored after the positions are known to stand, so both are of one commit.
    tasks.put(name, newTask(name));
    positions.putAll(committed);
  }

  private static List<String> sources(String name) {
    return name.equals(FORGET_SETS)
        ? ForgetSetTask.SOURCES
        : SubjectTask.sources(Integer.parseInt(name.substring(SUBJECTS.length())));
  }

  private AccumulatorTask newTask(String name) {
    return name.equals(FORGET_SETS)
        ? new ForgetSetTask(world, clock, this::output)
        : new SubjectTask(world, Integer.parseInt(name.substring(SUBJECTS.length())), this::output);
  }

  private void work() {
    for (Map.Entry<String, AccumulatorTask> named : tasks.entrySet()) {
      AccumulatorTask task = named.getValue();
      int batch = world.batch(4);
      List<String> sources = new ArrayList<>(sources(named.getKey()));
      while (batch-- > 0 && !sources.isEmpty()) {
        String source = world.pick(sources);
        if (!process(task, source)) {
          sources.remove(source);
        }
      }
      task.check();
    }
  }

  private boolean process(AccumulatorTask task, String source) {
    int slash = source.lastIndexOf('/');
    Entry entry =
        world
            .broker()
            .next(
                source.substring(0, slash),
                Integer.parseInt(source.substring(slash + 1)),
                positions.get(source));
    if (entry == null) {
      return false;
    }
    task.process(entry);
    positions.put(source, entry.offset() + 1);
    moved.put(source, entry.offset() + 1);
    return true;
  }

  private TransactionalProducer output() {
    if (!producer.isOpen()) {
      producer.begin();
    }
    return producer;
  }

  private void commit() {
    if (moved.isEmpty() && !producer.isOpen()) {
      return;
    }
    output();
    tasks.values().forEach(task -> task.flush(producer));
    producer.sendOffsets(group, name(), generation, moved);
    mayCrashInTransaction();
    if (world.strikes(Fault.TRANSACTION_ABORT, 0.03)) {
      startOver();
      return;
    }
    producer.commit();
    moved = new HashMap<>();
  }
}
