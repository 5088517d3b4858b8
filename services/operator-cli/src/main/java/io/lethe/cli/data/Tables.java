package io.lethe.cli.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.lethe.cli.CliException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Reads tables row by row: CSV with a header, and the {@code ::} files of MovieLens. */
final class Tables {
  /** Canonical column names by what the known sources call them, without case and punctuation. */
  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("userid", "account"),
          Map.entry("user", "account"),
          Map.entry("accountid", "account"),
          Map.entry("account", "account"),
          Map.entry("movieid", "item"),
          Map.entry("movie", "item"),
          Map.entry("itemid", "item"),
          Map.entry("item", "item"),
          Map.entry("rating", "rating"),
          Map.entry("timestamp", "timestamp"),
          Map.entry("recordedat", "timestamp"),
          Map.entry("time", "timestamp"),
          Map.entry("title", "title"),
          Map.entry("genres", "genres"),
          Map.entry("year", "year"),
          Map.entry("gender", "gender"),
          Map.entry("age", "age"),
          Map.entry("ageband", "age"),
          Map.entry("occupation", "occupation"));

  private Tables() {}

  /** Reads CSV whose first line names the columns. Text is UTF-8. */
  static void csv(String file, InputStream content, List<String> required, Consumer<Row> rows) {
    CsvMapper mapper = new CsvMapper();
    mapper.enable(CsvParser.Feature.WRAP_AS_ARRAY);
    mapper.enable(CsvParser.Feature.SKIP_EMPTY_LINES);
    try (MappingIterator<String[]> lines =
        mapper
            .readerFor(String[].class)
            .readValues(new InputStreamReader(content, StandardCharsets.UTF_8))) {
      if (!lines.hasNextValue()) {
        throw new CliException(file + " is empty", "give a file with a header and rows");
      }
      List<String> columns = header(file, lines.nextValue(), required);
      while (lines.hasNextValue()) {
        String[] values = lines.nextValue();
        long line = lines.getCurrentLocation().getLineNr() - 1L;
        if (values.length != columns.size()) {
          throw new BadRowException(
              file,
              line,
              "the row",
              values.length + " fields wide",
              columns.size() + " fields wide, as the header is");
        }
        rows.accept(new Row(file, line, byColumn(columns, values)));
      }
    } catch (JsonProcessingException malformed) {
      throw new BadRowException(
          file, malformed.getLocation().getLineNr(), "the row", "not CSV", "quoted properly");
    } catch (IOException | RuntimeException failure) {
      throw unreadable(file, failure);
    }
  }

  /** Reads lines whose fields are parted by {@code ::} and have no header. */
  static void doubleColon(
      String file, InputStream content, List<String> columns, Consumer<Row> rows) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(content, StandardCharsets.ISO_8859_1))) {
      long line = 0;
      for (String raw = reader.readLine(); raw != null; raw = reader.readLine()) {
        line++;
        if (raw.isBlank()) {
          continue;
        }
        String[] values = decoded(raw).split("::", -1);
        if (values.length != columns.size()) {
          throw new BadRowException(
              file,
              line,
              "the row",
              values.length + " fields wide",
              columns.size() + " fields wide, parted by ::");
        }
        rows.accept(new Row(file, line, byColumn(columns, values)));
      }
    } catch (IOException failure) {
      throw unreadable(file, failure);
    }
  }

  private static RuntimeException unreadable(String file, Exception failure) {
    if (failure instanceof CliException already) {
      return already;
    }
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    return new CliException(
        file + " cannot be read (" + cause.getClass().getSimpleName() + ")",
        "check that the file is whole, for example by unpacking it again",
        failure);
  }

  private static List<String> header(String file, String[] names, List<String> required) {
    List<String> columns = new ArrayList<>();
    for (String name : names) {
      String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
      columns.add(ALIASES.getOrDefault(plain, plain));
    }
    for (String column : required) {
      if (!columns.contains(column)) {
        throw new CliException(
            file + " line 1: the header has no column for the " + column,
            "name the columns, for example user_id,movie_id,rating,timestamp,title");
      }
    }
    return columns;
  }

  private static Map<String, String> byColumn(List<String> columns, String[] values) {
    Map<String, String> row = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      row.put(columns.get(i), values[i]);
    }
    return row;
  }

  /**
   * MovieLens writes Latin-1 and MovieTweetings UTF-8: valid UTF-8 is hardly ever anything else.
   */
  private static String decoded(String latin) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(latin.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      return latin;
    }
  }
}
