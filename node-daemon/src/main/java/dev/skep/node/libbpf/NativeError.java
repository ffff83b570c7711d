package dev.skep.node.libbpf;

import java.util.List;

/** A native call said no. */
public final class NativeError extends RuntimeException {
  private final String call;
  private final int errno;
  private final List<String> messages;

  /**
   * @param call the C function
   * @param errno its error number, positive; 0 when the library itself is missing
   * @param text what it means, or what to do
   * @param messages what libbpf printed on the way, in its order; often empty
   */
  public NativeError(String call, int errno, String text, List<String> messages) {
    super(call + ": " + (errno == 0 ? text : Errno.name(errno) + " (" + text + ")"));
    this.call = call;
    this.errno = errno;
    this.messages = List.copyOf(messages);
  }

  public String call() {
    return call;
  }

  public int errno() {
    return errno;
  }

  /** What libbpf printed, without its "libbpf: ". */
  public List<String> messages() {
    return messages;
  }

  /** libbpf's own last words where it had any, else this error's. */
  public String lastMessage() {
    return messages.isEmpty() ? getMessage() : messages.getLast();
  }
}
