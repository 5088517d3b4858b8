package io.lethe.schemas.serde;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Every version of a record's schema ever released, from resources {@code
 * io/lethe/schemas/released/<record>/<n>.avsc}, n from 1 without gaps. A released file never
 * changes; a new version of a record adds one.
 */
public final class ReleasedSchemas {
  private static final String FOLDER = "/io/lethe/schemas/released/";

  private ReleasedSchemas() {}

  /**
   * The released versions of a record, oldest first; empty for a record that was never released.
   *
   * @param recordName simple name of the record, for example DeletionRequested
   */
  public static List<Schema> of(String recordName) {
    List<Schema> versions = new ArrayList<>();
    for (int version = 1; ; version++) {
      try (InputStream in =
          ReleasedSchemas.class.getResourceAsStream(
              FOLDER + recordName + '/' + version + ".avsc")) {
        if (in == null) {
          return List.copyOf(versions);
        }
        versions.add(new Schema.Parser().parse(in));
      } catch (IOException unreadable) {
        throw new UncheckedIOException(
            "Cannot read version " + version + " of " + recordName, unreadable);
      }
    }
  }
}
