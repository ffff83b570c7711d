package dev.skep.node.libbpf;

/** A file descriptor of ours, closed once. */
public final class Fd implements AutoCloseable {
  private final int number;
  private boolean closed;

  Fd(int number) {
    this.number = number;
  }

  public int number() {
    if (closed) {
      throw new IllegalStateException("file descriptor " + number + " is closed");
    }
    return number;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      LibcCalls.close(number);
    }
  }
}
