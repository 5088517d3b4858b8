package io.lethe.intake.http;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What an extension looks like on the wire; {@link ExtensionReader} reads it. */
@Schema(
    name = "DeadlineExtension",
    description = "Why a deadline moves, and that the person knows.")
public record DeadlineExtensionBody(
    @Schema(
            required = true,
            enumeration = {"COMPLEXITY", "NUMBER_OF_REQUESTS", "OTHER"},
            description =
                "The law's own terms; no free text, since that may name a person. What OTHER means"
                    + " belongs into your own files.",
            examples = "COMPLEXITY")
        String reason,
    @Schema(
            required = true,
            description = "When the person was told of the extension and its reason.",
            examples = "2026-02-10T09:00:00Z")
        Instant notifiedAt,
    @Schema(description = "An earlier deadline than the latest that the regime allows.")
        Instant dueAt) {}
