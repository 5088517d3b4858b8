package io.lethe.intake.http;

import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What a deletion request looks like on the wire; {@link SubmissionReader} reads it, so that every
 * error names the field and never the value.
 */
@Schema(name = "DeletionRequest", description = "Who asks what to be erased, under which law.")
public record DeletionRequestBody(
    @Schema(
            required = true,
            type = SchemaType.STRING,
            format = "uuid",
            description = "Made by the asker; the idempotency key from end to end.",
            examples = "3f2c8a5e-6d0b-4f3a-9a51-0c4f6f1d7b21")
        String requestId,
    @Schema(
            required = true,
            maxLength = 512,
            description = "The account id; pseudonymised on arrival and neither stored nor logged.",
            examples = "account-4711")
        String subject,
    @Schema(required = true, description = "What is to be erased.") Scope scope,
    @Schema(
            required = true,
            enumeration = {"GDPR", "UK", "CCPA", "DROP", "INTERNAL"},
            description = "The law or house rule that sets the deadline.",
            examples = "GDPR")
        String regime,
    @Schema(description = "When the person asked, if earlier: the legal clock starts here.")
        Instant submittedAt,
    @Schema(description = "An earlier deadline than the law's.") Instant dueAt,
    @Schema(
            pattern = "[A-Za-z0-9._-]{0,64}",
            description = "Name of the account system.",
            examples = "shop")
        String source) {

  /** What is to be erased. */
  @Schema(name = "ErasureScope")
  public record Scope(
      @Schema(
              required = true,
              enumeration = {"ALL", "ITEMS", "TIME_RANGE"},
              examples = "ALL")
          String kind,
      @Schema(description = "The items, for ITEMS.") List<String> itemIds,
      @Schema(description = "First instant erased, for TIME_RANGE.") Instant from,
      @Schema(description = "First instant kept, for TIME_RANGE.") Instant until) {}
}
