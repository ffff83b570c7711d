package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Attach;
import java.util.List;
import java.util.Locale;

/**
 * One attachment that shall be: one function on one target. An {@link Attach} that names several
 * interfaces becomes several of these.
 *
 * @param function ELF symbol
 * @param hook the hook, narrowed to this one target
 * @param target the target in words, with the options that cannot be changed in place, unique
 *     within the load and stable over restarts, e.g. {@code xdp eth0}, {@code tracepoint
 *     syscalls/sys_enter_open}
 */
public record WantedLink(String function, Attach.Hook hook, String target) {

  /** One attachment as links, one for each of its targets. */
  public static List<WantedLink> of(String function, Attach attach) {
    return switch (attach.hook()) {
      case Attach.Xdp h ->
          h.interfaces().stream()
              .map(
                  i ->
                      new WantedLink(
                          function, new Attach.Xdp(List.of(i), h.mode()), "xdp " + i + mode(h)))
              .toList();
      case Attach.Tc h ->
          h.interfaces().stream()
              .map(
                  i ->
                      new WantedLink(
                          function,
                          new Attach.Tc(List.of(i), h.direction()),
                          "tc " + h.direction().name().toLowerCase(Locale.ROOT) + " " + i))
              .toList();
      case Attach.Tracepoint h -> one(function, h, "tracepoint " + h.name());
      case Attach.RawTracepoint h -> one(function, h, "raw_tracepoint " + h.name());
      case Attach.Kprobe h -> one(function, h, "kprobe " + h.function() + plus(h.offset()));
      case Attach.Fentry h -> one(function, h, "fentry " + h.function());
      case Attach.Uprobe h ->
          one(
              function,
              h,
              "uprobe "
                  + h.binary()
                  + (h.symbol() == null ? "" : ":" + h.symbol())
                  + plus(h.offset()));
      case Attach.Cgroup h -> one(function, h, "cgroup " + h.path());
      case Attach.PerfEvent h -> one(function, h, "perf_event " + h.event() + rate(h));
    };
  }

  private static List<WantedLink> one(String function, Attach.Hook hook, String target) {
    return List.of(new WantedLink(function, hook, target));
  }

  private static String mode(Attach.Xdp xdp) {
    return xdp.mode() == Attach.XdpMode.Auto
        ? ""
        : " " + xdp.mode().name().toLowerCase(Locale.ROOT);
  }

  private static String plus(Number offset) {
    return offset == null || offset.longValue() == 0 ? "" : "+" + offset;
  }

  private static String rate(Attach.PerfEvent event) {
    return event.period() != null
        ? " every " + event.period()
        : " " + (event.frequency() == null ? 99 : event.frequency()) + " Hz";
  }
}
