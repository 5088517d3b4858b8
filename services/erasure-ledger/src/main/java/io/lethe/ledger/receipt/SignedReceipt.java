package io.lethe.ledger.receipt;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A receipt as it is handed out: a JWS in flattened JSON serialisation (RFC 7515) with two members
 * more, which prove that the log names it.
 *
 * @param protectedHeader the header, base64url; names key and log
 * @param payload what the receipt says, base64url
 * @param signature over {@code protected.payload}, base64url
 * @param entry the log's entry that names the payload's digest, base64url; null in receipts from
 *     before the Merkle log
 * @param proof that the log has the entry (C2SP tlog-proof); null in receipts from before
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SignedReceipt(
    @JsonProperty("protected") String protectedHeader,
    @JsonProperty("payload") String payload,
    @JsonProperty("signature") String signature,
    @JsonProperty("entry") String entry,
    @JsonProperty("proof") String proof) {}
