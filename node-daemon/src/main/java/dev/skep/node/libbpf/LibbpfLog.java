package dev.skep.node.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What libbpf prints, kept for the thread that it prints on, which is the one that called it: so an
 * error can carry libbpf's own words for it.
 */
@SuppressWarnings("restricted") // the native border is crossed here
final class LibbpfLog {
  private static final int KEPT = 16;
  private static final int LONGEST = 1024;

  // enum libbpf_print_level
  private static final int WARN = 0;

  private static final ThreadLocal<Deque<String>> MESSAGES =
      ThreadLocal.withInitial(ArrayDeque::new);

  private LibbpfLog() {}

  /** Lets libbpf print to here, for as long as this process lives. */
  static void install() {
    try {
      var method =
          MethodHandles.lookup()
              .findStatic(
                  LibbpfLog.class,
                  "print",
                  MethodType.methodType(
                      int.class, int.class, MemorySegment.class, MemorySegment.class));
      LibbpfCalls.setPrint(
          Linker.nativeLinker()
              .upcallStub(
                  method,
                  FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS),
                  Arena.global()));
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** libbpf_print_fn_t. The third argument is a va_list, which both ABIs pass as a pointer. */
  @SuppressWarnings("unused")
  private static int print(int level, MemorySegment format, MemorySegment arguments) {
    // An exception that leaves an upcall ends the process.
    try {
      if (level == WARN) {
        keep(format, arguments);
      }
    } catch (Throwable lost) {
      return 0;
    }
    return 0;
  }

  private static void keep(MemorySegment format, MemorySegment arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(LONGEST);
      LibcCalls.vsnprintf(buffer, LONGEST, format, arguments);
      Deque<String> messages = MESSAGES.get();
      if (messages.size() == KEPT) {
        messages.removeFirst();
      }
      String line = buffer.getString(0).strip();
      messages.addLast(line.startsWith("libbpf: ") ? line.substring(8) : line);
    }
  }

  /** What was printed on this thread since the last call, oldest first. */
  static List<String> take() {
    Deque<String> messages = MESSAGES.get();
    if (messages.isEmpty()) {
      return List.of();
    }
    List<String> taken = List.copyOf(messages);
    messages.clear();
    return taken;
  }
}
