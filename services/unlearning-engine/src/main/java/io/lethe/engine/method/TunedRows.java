package io.lethe.engine.method;

import io.lethe.engine.EngineException;
import io.lethe.engine.Example;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.PromptTemplate;
import io.lethe.engine.checkpoint.Digests;
import io.lethe.engine.checkpoint.Folders;
import io.lethe.engine.checkpoint.Safetensors;
import io.lethe.engine.model.LastProjection;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What a recommender that was tuned to its optimum keeps beside its weights: of every row what its
 * last projection has to do with, a digest of what the row said and its label, so that rows can be
 * left out later without reading a prompt again; B as it was found; and where all rows together
 * stood there.
 *
 * <p>The rows are personal data. They are as many as the recommender was tuned on, never more, and
 * {@link #shred} overwrites those that were erased.
 *
 * @param keys of the rows in order, 64 hexadecimal digits; zeros where a row is gone
 * @param labels 1 for yes, 0 for no
 * @param read {@code [rows, width + rank]}
 * @param up {@code [width, rank]}, B as tuning found it
 */
public record TunedRows(List<String> keys, long[] labels, FloatTensor read, FloatTensor up) {
  private static final String ROWS_FILE = "tuned-rows.safetensors";
  private static final String STANDING_FILE = "curvature.safetensors";
  private static final String KEYS = "keys";
  private static final String LABELS = "labels";
  private static final String READ = "read";
  private static final String UP = "up";
  private static final String INPUTS = "inputs";
  private static final String OUTPUTS = "outputs";
  private static final String PAIRS = "pairs";
  private static final String GRADIENT = "gradient";
  private static final int KEY_BYTES = 32;
  private static final String GONE = "00".repeat(KEY_BYTES);

  public TunedRows {
    keys = List.copyOf(keys);
  }

  /**
   * Of rows in order.
   *
   * @param gone rows that tuning left out, of which nothing is kept but their places
   */
  public static TunedRows of(
      List<Example> examples,
      BitSet gone,
      PromptTemplate template,
      FloatTensor read,
      FloatTensor up) {
    List<String> keys = examples.stream().map(example -> key(example, template)).toList();
    long[] labels = examples.stream().mapToLong(example -> example.liked() ? 1 : 0).toArray();
    return new TunedRows(keys, labels, read, up).without(gone);
  }

  /** What a row said and its label: two rows that agree in both are one row to a recommender. */
  static String key(Example example, PromptTemplate template) {
    return Digests.of(template.render(example.prompt()) + '\n' + example.liked());
  }

  /** The same rows with another B. */
  public TunedRows at(FloatTensor otherUp) {
    return new TunedRows(keys, labels, read, otherUp);
  }

  private TunedRows without(BitSet gone) {
    List<String> newKeys = new ArrayList<>(keys);
    long[] newLabels = labels.clone();
    float[] newRead = read.values().clone();
    int width = Math.toIntExact(read.shape()[1]);
    gone.stream()
        .forEach(
            row -> {
              newKeys.set(row, GONE);
              newLabels[row] = 0;
              java.util.Arrays.fill(newRead, row * width, (row + 1) * width, 0);
            });
    return new TunedRows(newKeys, newLabels, new FloatTensor(read.shape(), newRead), up);
  }

  /** Number of places, those of rows that are gone included. */
  public int size() {
    return keys.size();
  }

  /** Rows of which nothing is kept any more. */
  BitSet gone() {
    BitSet gone = new BitSet();
    IntStream.range(0, size()).filter(row -> keys.get(row).equals(GONE)).forEach(gone::set);
    return gone;
  }

  /** Rows with the weight that each had in the tuned mean, all but some. */
  public LastProjection.Rows allBut(BitSet some) {
    return rows(IntStream.range(0, size()).filter(row -> !some.get(row)).toArray());
  }

  /** Some rows with the weight that each had in the tuned mean. */
  LastProjection.Rows only(BitSet some) {
    return rows(some.stream().toArray());
  }

  private LastProjection.Rows rows(int[] places) {
    float[] weights = new float[places.length];
    java.util.Arrays.fill(weights, 1f / size());
    return new LastProjection.Rows(
        places, IntStream.of(places).mapToLong(row -> labels[row]).toArray(), weights);
  }

  /** Whether a recommender's folder holds some. */
  static boolean areIn(Path folder) {
    return Files.exists(folder.resolve(ROWS_FILE)) && Files.exists(folder.resolve(STANDING_FILE));
  }

  /** Writes them, and where all of them stand, into a recommender's folder. */
  public void write(Path folder, LastProjection.Standing standing) {
    writeRows(folder.resolve(ROWS_FILE));
    SortedMap<String, Safetensors.Entry> entries = new TreeMap<>();
    entries.put(INPUTS, entry(standing.inputs()));
    entries.put(OUTPUTS, entry(standing.outputs()));
    entries.put(PAIRS, entry(standing.pairs()));
    entries.put(GRADIENT, entry(standing.gradient()));
    Safetensors.write(folder.resolve(STANDING_FILE), entries);
  }

  private void writeRows(Path file) {
    ByteBuffer digests = ByteBuffer.allocate(KEY_BYTES * size());
    ByteBuffer bits = ByteBuffer.allocate(size());
    for (int row = 0; row < size(); row++) {
      digests.put(HexFormat.of().parseHex(keys.get(row)));
      bits.put((byte) labels[row]);
    }
    SortedMap<String, Safetensors.Entry> entries = new TreeMap<>();
    entries.put(KEYS, new Safetensors.Entry("U8", new long[] {size(), KEY_BYTES}, digests.flip()));
    entries.put(LABELS, new Safetensors.Entry("U8", new long[] {size()}, bits.flip()));
    entries.put(READ, entry(read));
    entries.put(UP, entry(up));
    Safetensors.write(file, entries);
  }

  /** Reads those of a recommender's folder. */
  static TunedRows read(Path folder) {
    Map<String, Safetensors.Entry> entries = Safetensors.map(folder.resolve(ROWS_FILE));
    ByteBuffer digests = whole(entries, KEYS).data().duplicate();
    ByteBuffer bits = whole(entries, LABELS).data().duplicate();
    List<String> keys = new ArrayList<>();
    long[] labels = new long[bits.remaining()];
    byte[] digest = new byte[KEY_BYTES];
    for (int row = 0; row < labels.length; row++) {
      digests.get(digest);
      keys.add(HexFormat.of().formatHex(digest));
      labels[row] = bits.get();
    }
    return new TunedRows(keys, labels, tensor(entries, READ), tensor(entries, UP));
  }

  /** Where all rows stood when tuning ended. */
  static LastProjection.Standing standing(Path folder) {
    Map<String, Safetensors.Entry> entries = Safetensors.map(folder.resolve(STANDING_FILE));
    return new LastProjection.Standing(
        tensor(entries, INPUTS),
        tensor(entries, OUTPUTS),
        tensor(entries, PAIRS),
        tensor(entries, GRADIENT));
  }

  /**
   * Overwrites what is kept of some rows. Their places stay, so that what is left is still the same
   * sum over the same divisor.
   */
  static void shred(Path folder, BitSet some) {
    TunedRows left = read(folder).without(some);
    Path file = folder.resolve(ROWS_FILE);
    Folders.replace(file, temporary -> left.writeRows(temporary));
  }

  private static Safetensors.Entry whole(Map<String, Safetensors.Entry> entries, String name) {
    Safetensors.Entry entry = entries.get(name);
    if (entry == null) {
      throw new EngineException(
          "what the recommender keeps of its rows lacks " + name + "; tune it again");
    }
    return entry;
  }

  private static FloatTensor tensor(Map<String, Safetensors.Entry> entries, String name) {
    Safetensors.Entry entry = whole(entries, name);
    return new FloatTensor(entry.shape(), entry.toFloats());
  }

  private static Safetensors.Entry entry(FloatTensor tensor) {
    return Safetensors.Entry.of(tensor.shape(), tensor.values());
  }
}
