package io.lethe.intake.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.intake.domain.ErasureScope;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import io.lethe.intake.domain.Shapes;
import io.lethe.intake.domain.Submission;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the body of a deletion request. The account id is pseudonymised here and goes no further;
 * the Idempotency-Key too, because account systems build such keys from account ids.
 */
public final class SubmissionReader {
  private static final Set<String> PROPERTIES =
      Set.of("requestId", "subject", "scope", "regime", "submittedAt", "dueAt", "source");
  private static final Set<String> SCOPE_PROPERTIES = Set.of("kind", "itemIds", "from", "until");
  private static final int SUBJECT_CHARACTERS_MAX = 512;
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

  private final SubjectPseudonymizer pseudonymizer;
  private final int itemsMax;
  private final int bodyBytesMax;

  /** Reads bodies of at most this many bytes and items. */
  public SubmissionReader(SubjectPseudonymizer pseudonymizer, int itemsMax, int bodyBytesMax) {
    this.pseudonymizer = pseudonymizer;
    this.itemsMax = itemsMax;
    this.bodyBytesMax = bodyBytesMax;
  }

  /**
   * Reads a body.
   *
   * @return the request under each pseudonym that data of the person may lie under, the current one
   *     first
   * @param idempotencyKey the header; null when absent
   * @param caller the account system's name, which becomes the request's source
   * @throws RefusedException when the body or the header has another shape than the interface's
   */
  public List<Submission> read(InputStream body, String idempotencyKey, String caller)
      throws IOException {
    JsonNode document = JsonBody.read(body, bodyBytesMax);
    JsonFields fields = new JsonFields(document, "", PROPERTIES);
    String requestId = Shapes.requestId(fields.requiredText("requestId", "a UUID"));
    List<String> subjectRefs = pseudonymize(fields);
    ErasureScope scope = scope(fields);
    Regime regime = regime(fields);
    requireOwnName(fields, caller);
    Instant submittedAt = fields.instant("submittedAt");
    Instant dueAt = fields.instant("dueAt");
    String keyRef = keyRef(idempotencyKey, caller);
    return subjectRefs.stream()
        .map(
            subjectRef ->
                new Submission(
                    requestId, subjectRef, scope, regime, submittedAt, dueAt, caller, keyRef))
        .toList();
  }

  private static void requireOwnName(JsonFields fields, String caller) {
    String source = fields.text("source", "the name of the account system");
    if (source != null && !Shapes.source(source).equals(caller)) {
      throw fields.invalid(
          "source",
          "has "
              + source.length()
              + " characters and is not the caller's name in its token; leave it out, or send that"
              + " name");
    }
  }

  private List<String> pseudonymize(JsonFields fields) {
    String subject = fields.requiredText("subject", "the account id as a string");
    if (subject.length() > SUBJECT_CHARACTERS_MAX) {
      throw fields.invalid(
          "subject",
          "has "
              + subject.length()
              + " characters; send an account id of at most "
              + SUBJECT_CHARACTERS_MAX);
    }
    return pseudonymizer.subjectRefs(subject);
  }

  private ErasureScope scope(JsonFields fields) {
    JsonNode object = fields.requiredObject("scope", "an object such as {\"kind\": \"ALL\"}");
    JsonFields scope = new JsonFields(object, "scope.", SCOPE_PROPERTIES);
    String kind = scope.requiredText("kind", "ALL, ITEMS or TIME_RANGE");
    return ErasureScope.of(
        constant(ScopeKind.values(), kind, ScopeKind.UNKNOWN),
        scope.texts("itemIds"),
        scope.instant("from"),
        scope.instant("until"),
        itemsMax);
  }

  private Regime regime(JsonFields fields) {
    List<Regime> known =
        Arrays.stream(Regime.values()).filter(regime -> regime != Regime.UNKNOWN).toList();
    String name = fields.requiredText("regime", "one of " + known);
    Regime regime = constant(Regime.values(), name, Regime.UNKNOWN);
    if (regime == Regime.UNKNOWN) {
      throw new RefusedException(
          RefusalReason.UNKNOWN_REGIME,
          "regime",
          "regime is a string of "
              + name.length()
              + " characters that names no regime; send one of "
              + known
              + ".");
    }
    return regime;
  }

  private String keyRef(String idempotencyKey, String caller) {
    if (idempotencyKey == null) {
      return null;
    }
    if (!KEY.matcher(idempotencyKey).matches()) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          "Idempotency-Key",
          "Idempotency-Key has "
              + idempotencyKey.length()
              + " characters; send 1 to 255 visible ASCII characters, for example a UUID.");
    }
    // Each account system has keys of its own, so that none learns which another has used.
    return pseudonymizer.subjectRef("idempotency-key:" + caller + ":" + idempotencyKey);
  }

  private static <E extends Enum<E>> E constant(E[] constants, String name, E otherwise) {
    return Arrays.stream(constants)
        .filter(constant -> constant.name().equals(name))
        .findFirst()
        .orElse(otherwise);
  }
}
