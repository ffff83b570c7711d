package dev.skep.node.metrics;

import dev.skep.node.metrics.Exposition.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the daemon's process uses, by the names that Prometheus' own clients give. */
final class ProcessMetrics {
  /** USER_HZ is 100 on every architecture that Linux' BPF JIT knows. */
  private static final double TICKS_PER_SECOND = 100;

  private ProcessMetrics() {}

  static void write(Exposition page) {
    try {
      // proc(5): fields are counted behind the command, which is in parentheses and may hold
      // blanks.
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      gauge(page, "process_threads", "Threads.", Long.parseLong(fields[17]));
      page.sample(
          "process_cpu_seconds_total",
          Type.counter,
          "User and system time used, seconds.",
          Labels.none(),
          ticks / TICKS_PER_SECOND);
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          long kib = Long.parseLong(line.replaceAll("\\D", ""));
          gauge(page, "process_resident_memory_bytes", "Resident memory, bytes.", kib * 1024);
        }
      }
    } catch (IOException | RuntimeException e) {
      // A page without these is better than no page.
      gauge(page, "process_unreadable", "1 when /proc/self cannot be read.", 1);
    }
    Runtime jvm = Runtime.getRuntime();
    gauge(page, "jvm_heap_used_bytes", "Java heap in use.", jvm.totalMemory() - jvm.freeMemory());
    gauge(page, "jvm_heap_committed_bytes", "Java heap held.", jvm.totalMemory());
  }

  private static void gauge(Exposition page, String name, String help, long value) {
    page.sample(name, Type.gauge, help, Labels.none(), value);
  }
}
