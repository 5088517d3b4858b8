package io.lethe.cli.bench;

import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;
import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.DatasetGenerator;
import io.lethe.cli.data.DatasetReader;
import io.lethe.cli.data.GeneratorSettings;
import io.lethe.cli.data.WindowReader;
import io.lethe.cli.data.WindowReader.Split;
import io.lethe.cli.data.WindowReader.WindowRow;
import io.lethe.cli.train.ExampleBuilder;
import io.lethe.cli.train.LabelledExample;
import io.lethe.schemas.sample.SampleRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Where the rows of a comparison come from and who among them asks to be forgotten. */
enum Protocol {
  /** The published window of MovieLens-1M, with its own split and its own 205 erased accounts. */
  ML_1M_WINDOW("ml-1m-window", "ml-1m-e2urec-window.csv.xz", "ml-1m-e2urec-window.csv"),
  /**
   * MovieTweetings: the first 80 % of the time to train on, 10 % to choose by, 10 % to judge by.
   */
  MOVIETWEETINGS("movietweetings", "movietweetings.tar.xz", "movietweetings"),
  /** Any data set that import reads, parted as MovieTweetings is. */
  IMPORT("import"),
  /** Made-up data, parted the same way. */
  MADE_UP("made-up");

  /** Folders that a protocol's own file is looked for in, from the working directory. */
  static final List<String> FOLDERS = List.of("data", "../shared/data");

  private static final double TRAIN_SHARE = 0.8;
  private static final double CHOICE_SHARE = 0.9;
  private static final double ERASED_SHARE = 0.2;

  private final String label;
  private final List<String> files;

  Protocol(String label, String... files) {
    this.label = label;
    this.files = List.of(files);
  }

  static Protocol named(String label) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new CliException(
                    "there is no protocol of that name",
                    "give --protocol one of "
                        + Arrays.stream(values())
                            .map(protocol -> protocol.label)
                            .collect(Collectors.joining(", ")),
                    ExitCode.USAGE,
                    null));
  }

  /** The protocol whose data this looks like. */
  static Protocol of(Path data) {
    if (data == null) {
      return MADE_UP;
    }
    if (WindowReader.isWindow(data)) {
      return ML_1M_WINDOW;
    }
    return MOVIETWEETINGS.files.contains(data.getFileName().toString()) ? MOVIETWEETINGS : IMPORT;
  }

  String label() {
    return label;
  }

  /**
   * Reads the rows.
   *
   * @param data the file or folder given, or null to look for the protocol's own
   * @param titles MovieLens' tables for the window, or null to look beside it
   * @param seed chooses the erased accounts where the protocol leaves them open
   */
  BenchData read(Path data, Path titles, long seed) {
    BenchData read =
        switch (this) {
          case ML_1M_WINDOW -> window(found(data), titles);
          case MOVIETWEETINGS, IMPORT -> parted(DatasetReader.read(found(data), null), seed);
          case MADE_UP -> parted(DatasetGenerator.generate(GeneratorSettings.DEFAULTS), seed);
        };
    return read.numbered();
  }

  private Path found(Path data) {
    if (data != null) {
      if (!Files.exists(data)) {
        throw new CliException("there is no " + data, "give --data a file or folder that exists");
      }
      return data;
    }
    return FOLDERS.stream()
        .flatMap(folder -> files.stream().map(file -> Path.of(folder, file)))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new CliException(
                    "protocol " + label + " has no data" + searched(),
                    "give --data FILE",
                    ExitCode.USAGE,
                    null));
  }

  private String searched() {
    return files.isEmpty()
        ? ""
        : ": " + files.get(0) + " lies in none of " + String.join(", ", FOLDERS);
  }

  private BenchData window(Path file, Path titles) {
    List<WindowRow> rows =
        WindowReader.read(file, titles == null ? WindowReader.tablesBeside(file) : titles);
    Set<String> erased =
        rows.stream()
            .filter(row -> row.split() == Split.TRAIN && row.erased())
            .map(WindowRow::accountId)
            .collect(Collectors.toSet());
    return new BenchData(
        label,
        file.getFileName().toString(),
        of(rows, Split.TRAIN),
        erased,
        of(rows, Split.VALID),
        of(rows, Split.TEST),
        3);
  }

  private static List<BenchRow> of(List<WindowRow> rows, Split split) {
    return rows.stream()
        .filter(row -> row.split() == split)
        .map(row -> new BenchRow(row.example(), row.accountId()))
        .toList();
  }

  private BenchData parted(Dataset dataset, long seed) {
    List<BenchRow> train = new ArrayList<>();
    List<BenchRow> valid = new ArrayList<>();
    List<BenchRow> test = new ArrayList<>();
    Set<String> beforeChoice = new HashSet<>();
    for (LabelledExample one :
        ExampleBuilder.build(
            dataset, SampleRule.of(dataset.likedAbove(), dataset.splitAt(CHOICE_SHARE)))) {
      if (one.trainedOn()) {
        beforeChoice.add(one.example().id());
      }
    }
    for (LabelledExample one :
        ExampleBuilder.build(
            dataset, SampleRule.of(dataset.likedAbove(), dataset.splitAt(TRAIN_SHARE)))) {
      BenchRow row = new BenchRow(one.example(), one.accountId());
      List<BenchRow> held = beforeChoice.contains(one.example().id()) ? valid : test;
      (one.trainedOn() ? train : held).add(row);
    }
    List<String> accounts =
        new ArrayList<>(
            train.stream().map(BenchRow::subject).collect(Collectors.toCollection(TreeSet::new)));
    Collections.shuffle(accounts, new Random(seed));
    int erased = (int) Math.max(1, Math.round(accounts.size() * ERASED_SHARE));
    return new BenchData(
        label,
        dataset.name(),
        train,
        Set.copyOf(accounts.subList(0, Math.min(erased, accounts.size()))),
        valid,
        test,
        dataset.likedAbove());
  }
}
