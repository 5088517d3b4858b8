package io.lethe.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.lethe.cli.CliException;
import io.lethe.cli.Json;
import io.lethe.engine.Example;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The rows a candidate was made of, kept so that it can be made again. They are the data itself:
 * whoever must forget it must remove them too.
 *
 * @param forget rows to forget
 * @param retain rows to keep
 * @param heldOut rows that no recommender was trained on, for the method
 */
public record SavedRows(List<BenchRow> forget, List<BenchRow> retain, List<BenchRow> heldOut) {
  /** One line of the file. */
  private record Line(String part, BenchRow row) {}

  private static final String FORGET = "forget";
  private static final String RETAIN = "retain";
  private static final String HELD_OUT = "held-out";

  public SavedRows {
    forget = List.copyOf(forget);
    retain = List.copyOf(retain);
    heldOut = List.copyOf(heldOut);
  }

  /** Forget rows and retained rows together, as the original was tuned on them. */
  public List<Example> train() {
    List<Example> train = new ArrayList<>(BenchData.examples(forget));
    train.addAll(BenchData.examples(retain));
    return train;
  }

  /** Whose row each one is, by the row's id. */
  public Map<String, String> subjects() {
    List<BenchRow> all = new ArrayList<>(forget);
    all.addAll(retain);
    all.addAll(heldOut);
    return all.stream()
        .collect(
            Collectors.toMap(row -> row.example().id(), BenchRow::subject, (one, same) -> one));
  }

  /** Digests by part, over the rows' ids, labels, prompts and subjects in their order. */
  public Map<String, String> digests() {
    return new java.util.TreeMap<>(
        Map.of(FORGET, digest(forget), RETAIN, digest(retain), HELD_OUT, digest(heldOut)));
  }

  /** Hex SHA-256 over rows in their order. */
  static String digest(List<BenchRow> rows) {
    StringBuilder digests = new StringBuilder();
    rows.forEach(row -> digests.append(Stages.digest(Json.line(row))));
    return Stages.digest(digests.toString());
  }

  /** Writes a line a row; does nothing where the file is there. */
  void write(Path file) {
    if (Files.isRegularFile(file)) {
      return;
    }
    StringBuilder text = new StringBuilder();
    append(text, FORGET, forget);
    append(text, RETAIN, retain);
    append(text, HELD_OUT, heldOut);
    Stages.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void append(StringBuilder text, String part, List<BenchRow> rows) {
    rows.forEach(row -> text.append(Json.line(new Line(part, row))).append('\n'));
  }

  /** Reads what {@link #write} wrote. */
  public static SavedRows read(Path file) {
    List<Line> lines = new ArrayList<>();
    try (java.util.stream.Stream<String> texts = Files.lines(file)) {
      for (String text : (Iterable<String>) texts::iterator) {
        lines.add(Json.MAPPER.readValue(text, Line.class));
      }
    } catch (JsonProcessingException malformed) {
      throw new CliException(
          file + " is not what the bench wrote", "restore it from a copy", malformed);
    } catch (IOException missing) {
      throw new CliException(
          file + " cannot be read", "keep the rows beside the manifest to replay it", missing);
    }
    return new SavedRows(part(lines, FORGET), part(lines, RETAIN), part(lines, HELD_OUT));
  }

  private static List<BenchRow> part(List<Line> lines, String part) {
    return lines.stream().filter(line -> line.part().equals(part)).map(Line::row).toList();
  }
}
