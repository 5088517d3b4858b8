package io.lethe.cli.receipt;

import io.lethe.cli.CliException;
import io.lethe.schemas.tlog.TamperedException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Something does not verify: what, from which entry of the log on, and the remedy. */
public final class VerificationException extends CliException {
  private final String problem;
  private final String remedy;
  private final Long index;

  VerificationException(String subject, String why, String remedy) {
    this(subject, why, remedy, null);
  }

  private VerificationException(String subject, String why, String remedy, Long index) {
    super(subject + " does not verify: " + why, remedy);
    this.problem = why;
    this.remedy = remedy;
    this.index = index;
  }

  static VerificationException of(String subject, TamperedException tampered) {
    return new VerificationException(
        subject,
        tampered.getMessage(),
        tampered.remedy(),
        tampered.namesEntry() ? tampered.index() : null);
  }

  /** Two signed histories part at an entry. */
  static VerificationException forked(String subject, long index, Path other) {
    return new VerificationException(
        subject,
        "the log was forked: entry " + (index + 1) + " is another in " + other,
        "keep both as evidence: whoever holds the key signed two histories",
        index);
  }

  /** As programs read it: firstBad is null when no single entry is bad. */
  Map<String, Object> toJson() {
    Map<String, Object> firstBad = new LinkedHashMap<>();
    if (index != null) {
      firstBad.put("entry", index + 1);
      firstBad.put("index", index);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("firstBad", index == null ? null : firstBad);
    json.put("problem", problem);
    json.put("remedy", remedy);
    return json;
  }
}
