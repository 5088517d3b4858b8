package io.lethe.ledger.deadletter;

import io.lethe.ledger.record.DurableFiles;
import io.lethe.ledger.record.StorageException;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Names operators in events by keyed pseudonyms. The key is the ledger's own, so that an operator's
 * pseudonym can never be taken for a subject's.
 */
public final class ActorPseudonyms {
  private static final int KEY_BYTES = 32;

  private final SubjectPseudonymizer pseudonyms;

  private ActorPseudonyms(SubjectPseudonymizer pseudonyms) {
    this.pseudonyms = pseudonyms;
  }

  /** Reads the key from a file, which is made with a new key where it is missing. */
  public static ActorPseudonyms loadOrCreate(Path file, SecureRandom random) {
    if (!Files.exists(file)) {
      byte[] key = new byte[KEY_BYTES];
      random.nextBytes(key);
      try {
        DurableFiles.write(
            file, Base64.getEncoder().encodeToString(key).getBytes(StandardCharsets.US_ASCII));
      } catch (IOException failed) {
        throw new StorageException("its key of operators' pseudonyms", failed);
      }
    }
    return new ActorPseudonyms(SubjectPseudonymizer.fromKeyFile(file));
  }

  /** The pseudonym of an operator. */
  public String of(String operator) {
    return pseudonyms.subjectRef(operator);
  }
}
