package io.lethe.cli.receipt;

import io.lethe.cli.CliException;
import io.lethe.cli.receipt.PublicKeys.NamedKey;
import io.lethe.schemas.tlog.Checkpoint;
import io.lethe.schemas.tlog.LogAudit;
import io.lethe.schemas.tlog.LogFiles;
import io.lethe.schemas.tlog.NoteKey;
import io.lethe.schemas.tlog.SignedNote;
import io.lethe.schemas.tlog.TamperedException;
import io.lethe.schemas.tlog.Tiles;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** A copy of the ledger's log on this disk. */
final class LogCopy {
  private static final String SUBJECT = "the log";

  private final Path folder;
  private final LogFiles files;
  private final Checkpoint checkpoint;

  private LogCopy(Path folder, LogFiles files, Checkpoint checkpoint) {
    this.folder = folder;
    this.files = files;
    this.checkpoint = checkpoint;
  }

  /** Whether a folder is one. */
  static boolean isOne(Path folder) {
    return Files.exists(folder.resolve(Tiles.CHECKPOINT))
        || Files.isDirectory(folder.resolve("tile"));
  }

  /**
   * Verifies a copy.
   *
   * @param known verified checkpoints of the same log
   * @throws VerificationException naming the first bad entry
   */
  static LogCopy verify(Path folder, List<NamedKey> keys, List<Checkpoint> known) {
    LogFiles files = LogFiles.in(folder);
    try {
      Checkpoint checkpoint =
          new LogAudit(noteKeys(folder.resolve(Tiles.CHECKPOINT), keys)).verify(files, known);
      return new LogCopy(folder, files, checkpoint);
    } catch (TamperedException tampered) {
      throw VerificationException.of(SUBJECT + " " + folder, tampered);
    } catch (IOException unreadable) {
      throw new CliException(
          "the log " + folder + " cannot be read", "check its files", unreadable);
    }
  }

  /** A checkpoint's file, verified. */
  static Checkpoint checkpoint(Path file, List<NamedKey> keys) {
    try {
      return Checkpoint.verify(Files.readString(file), noteKeys(file, keys));
    } catch (TamperedException tampered) {
      throw VerificationException.of("the checkpoint " + file, tampered);
    } catch (IOException unreadable) {
      throw new CliException(
          "the checkpoint " + file + " cannot be read", "check its path", unreadable);
    }
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  /** Refuses another copy that does not agree with this one. */
  void requireSameHistory(LogCopy other) {
    try {
      OptionalLong fork = LogAudit.fork(files, checkpoint, other.files, other.checkpoint);
      if (fork.isPresent()) {
        throw VerificationException.forked(SUBJECT + " " + folder, fork.getAsLong(), other.folder);
      }
    } catch (IOException unreadable) {
      throw new CliException(
          "the log " + folder + " cannot be read", "check its files", unreadable);
    }
  }

  /** Refuses a receipt whose entry this log does not have. */
  void requireHas(Path file, VerifiedReceipt receipt) {
    try {
      long index = receipt.index();
      byte[] bundle =
          files
              .readFrom(
                  Tiles.entries(index / Tiles.WIDTH, Tiles.WIDTH), (int) (index % Tiles.WIDTH) + 1)
              .orElse(new byte[0]);
      List<byte[]> entries = Tiles.unpack(bundle);
      int at = (int) (index % Tiles.WIDTH);
      if (at >= entries.size() || !Arrays.equals(entries.get(at), receipt.entry())) {
        throw VerificationException.forked("the receipt " + file, index, folder);
      }
    } catch (IOException unreadable) {
      throw new CliException(
          "the log " + folder + " cannot be read", "check its files", unreadable);
    }
  }

  /** A key without a name of its own is taken for any log's. */
  private static List<NoteKey> noteKeys(Path checkpoint, List<NamedKey> keys) {
    try {
      String origin =
          Files.exists(checkpoint)
              ? Checkpoint.parse(SignedNote.parse(Files.readString(checkpoint)).text()).origin()
              : null;
      return origin == null ? List.of() : PublicKeys.noteKeys(keys, origin);
    } catch (TamperedException | MalformedInputException unreadable) {
      // The verification itself says what is wrong with it.
      return List.of();
    } catch (IOException unreadable) {
      throw new CliException(
          "the checkpoint " + checkpoint + " cannot be read", "check its path", unreadable);
    }
  }
}
