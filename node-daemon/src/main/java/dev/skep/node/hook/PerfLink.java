package dev.skep.node.hook;

import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc.PerfEventAttributes;

/** Attaching by way of a perf event, as tracepoints, probes and clocks do. */
final class PerfLink {
  private PerfLink() {}

  /** Every process on one CPU; for a tracepoint or a probe any CPU stands for all. */
  static Fd create(Host host, Fd program, PerfEventAttributes event, int cpu, Long cookie) {
    long number = Cookies.of(cookie);
    try (Fd perf = host.libc().perfEvent(event, -1, cpu)) {
      // The link keeps the event when our descriptor of it is closed.
      Fd link = Cookies.attach(number, "5.15", () -> host.links().perfEvent(program, perf, number));
      try {
        host.libc().enable(perf);
        return link;
      } catch (RuntimeException e) {
        link.close();
        throw e;
      }
    }
  }
}
