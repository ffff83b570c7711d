package dev.skep.node.metrics;

/** One field of a map's key or value, read from raw bytes. */
interface Column {
  /** Whether {@link #number} is to be read as unsigned 64 bits. */
  boolean unsigned();

  /** The field as a number, of the key or value that begins at {@code base}. */
  long number(byte[] bytes, int base);

  /** The field in words: a number in decimal, characters as text, an enumerator by its name. */
  String text(byte[] bytes, int base);
}
