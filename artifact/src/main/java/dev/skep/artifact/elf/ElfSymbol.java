package dev.skep.artifact.elf;

/**
 * One symbol.
 *
 * @param section number of its section, 0 when it is defined elsewhere
 * @param value bytes from the section's start
 * @param size bytes, 0 when unknown
 * @param type STT_…, e.g. {@link #FUNCTION}
 * @param binding STB_…, e.g. {@link #LOCAL}
 */
public record ElfSymbol(String name, int section, long value, long size, int type, int binding) {
  public static final int OBJECT = 1;
  public static final int FUNCTION = 2;
  public static final int LOCAL = 0;
  public static final int WEAK = 2;

  /** Whether only its own source file sees it, as with a C static. */
  public boolean isLocal() {
    return binding == LOCAL;
  }
}
