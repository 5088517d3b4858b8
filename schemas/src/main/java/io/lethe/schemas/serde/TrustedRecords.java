package io.lethe.schemas.serde;

import org.apache.avro.specific.AvroGenerated;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Lets Avro create the record classes that its own compiler generated. From 1.12.2 on Avro refuses
 * every class outside a list of trusted packages, so that a hostile schema cannot name any class it
 * likes; ours are told by their annotation. The generated records call this when they are loaded,
 * since already a builder that fills in a default needs it.
 */
public final class TrustedRecords {
  static {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(),
            type -> type.isAnnotationPresent(AvroGenerated.class)));
  }

  private TrustedRecords() {}

  /** The data model of one generated record. */
  public static SpecificData model() {
    return new SpecificData();
  }

  /** Does its work once, when the class is loaded. */
  static void trust() {}
}
