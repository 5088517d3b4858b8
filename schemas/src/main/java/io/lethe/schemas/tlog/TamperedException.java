package io.lethe.schemas.tlog;

/**
 * A log, a proof or a checkpoint is not what was signed. It names the first bad entry where there
 * is one.
 */
public final class TamperedException extends Exception {
  private static final long NO_ENTRY = -1;

  private final long index;
  private final String remedy;

  private TamperedException(long index, String what, String remedy) {
    super(what);
    this.index = index;
    this.remedy = remedy;
  }

  /**
   * @param index the first bad entry's position in the log, from 0
   * @param what what is wrong, without a full stop
   * @param remedy what to do about it, an imperative, without a full stop
   */
  static TamperedException atEntry(long index, String what, String remedy) {
    return new TamperedException(index, what, remedy);
  }

  /** Something that is no entry: a checkpoint, a signature, a proof. */
  public static TamperedException of(String what, String remedy) {
    return new TamperedException(NO_ENTRY, what, remedy);
  }

  /** True when one entry of the log is the first that is bad. */
  public boolean namesEntry() {
    return index != NO_ENTRY;
  }

  /** Position of the first bad entry, from 0; -1 when it is no entry that is bad. */
  public long index() {
    return index;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
