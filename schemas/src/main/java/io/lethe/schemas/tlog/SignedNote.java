package io.lethe.schemas.tlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A text and who signed it (C2SP signed-note).
 *
 * @param text what was signed, ending in a newline
 */
public record SignedNote(String text, List<Line> signatures) {
  private static final String SEPARATOR = "\n\n";
  private static final String LINE_PREFIX = "\u2014 ";
  private static final int SIGNATURES_MAX = 100;
  private static final int SIGNATURE_BYTES = 64;
  private static final String REMEDY = "fetch it again from the ledger's /v1/log/checkpoint";

  /**
   * One signature line.
   *
   * @param keyId as the line has it
   * @param signature without the key's id
   */
  public record Line(String name, int keyId, byte[] signature) {}

  /**
   * Signs a text.
   *
   * @param signer gives the Ed25519 signature over some bytes
   */
  public static String sign(String text, NoteKey key, UnaryOperator<byte[]> signer) {
    byte[] signature = signer.apply(text.getBytes(StandardCharsets.UTF_8));
    byte[] line =
        ByteBuffer.allocate(Integer.BYTES + signature.length)
            .putInt(key.id())
            .put(signature)
            .array();
    return text
        + "\n"
        + LINE_PREFIX
        + key.name()
        + " "
        + Base64.getEncoder().encodeToString(line)
        + "\n";
  }

  /**
   * Takes a note apart; nothing is verified yet.
   *
   * @throws TamperedException when it is none
   */
  public static SignedNote parse(String note) throws TamperedException {
    int end = note.lastIndexOf(SEPARATOR);
    boolean control = note.chars().anyMatch(letter -> letter < ' ' && letter != '\n');
    if (end < 1 || !note.endsWith("\n") || control || note.indexOf('\uFFFD') >= 0) {
      throw malformed("it is no signed note");
    }
    List<Line> signatures = new ArrayList<>();
    for (String line : note.substring(end + SEPARATOR.length()).split("\n")) {
      signatures.add(line(line));
    }
    if (signatures.size() > SIGNATURES_MAX) {
      throw malformed("it has more than " + SIGNATURES_MAX + " signatures");
    }
    return new SignedNote(note.substring(0, end + 1), List.copyOf(signatures));
  }

  /**
   * Verifies the signature of one key; lines of other keys are passed over.
   *
   * @throws TamperedException when that key signed nothing, or something else
   */
  public void verify(NoteKey key) throws TamperedException {
    boolean signed = false;
    for (Line line : signatures) {
      if (line.keyId() == key.id() && line.name().equals(key.name())) {
        signed = true;
        if (line.signature().length != SIGNATURE_BYTES
            || !key.verifies(text.getBytes(StandardCharsets.UTF_8), line.signature())) {
          throw TamperedException.of(
              "the checkpoint's signature by " + key.name() + " does not match its content",
              "fetch it again, and keep the changed one as evidence");
        }
      }
    }
    if (!signed) {
      throw TamperedException.of(
          "the checkpoint is not signed by the key " + key.text(),
          "give the public key of the ledger that signed it, or take the log for another's");
    }
  }

  private static Line line(String line) throws TamperedException {
    int space = line.indexOf(' ', LINE_PREFIX.length());
    if (!line.startsWith(LINE_PREFIX) || space < 0) {
      throw malformed("it has a line that is no signature");
    }
    String name = line.substring(LINE_PREFIX.length(), space);
    try {
      byte[] decoded = StrictBase64.decode(line.substring(space + 1));
      if (!NoteKey.isName(name) || decoded.length <= Integer.BYTES) {
        throw malformed("it has a line that is no signature");
      }
      ByteBuffer buffer = ByteBuffer.wrap(decoded);
      int id = buffer.getInt();
      byte[] signature = new byte[buffer.remaining()];
      buffer.get(signature);
      return new Line(name, id, signature);
    } catch (IllegalArgumentException noBase64) {
      throw malformed("it has a signature that is not Base64");
    }
  }

  private static TamperedException malformed(String what) {
    return TamperedException.of("the checkpoint cannot be read: " + what, REMEDY);
  }
}
