package dev.skep.node.hook;

import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.FlowDissector;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Iter;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.KprobeMulti;
import dev.skep.api.v1alpha1.hook.Lsm;
import dev.skep.api.v1alpha1.hook.LsmCgroup;
import dev.skep.api.v1alpha1.hook.Netfilter;
import dev.skep.api.v1alpha1.hook.Netkit;
import dev.skep.api.v1alpha1.hook.PerfEvent;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.api.v1alpha1.hook.Sockmap;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.api.v1alpha1.hook.Syscall;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.UprobeMulti;
import dev.skep.api.v1alpha1.hook.Usdt;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpMode;
import java.util.List;
import java.util.Locale;

/**
 * A hook with its one target in words, as status and log show it. Whatever a link cannot change in
 * place is part of them, so that other words are another link.
 */
public final class Words {
  private Words() {}

  public static String of(Hook hook) {
    return switch (hook) {
      case Tracepoint h -> "tracepoint " + h.name() + cookie(h.cookie());
      case RawTracepoint h -> "raw_tracepoint " + h.name() + cookie(h.cookie());
      case Kprobe h -> "kprobe " + h.function() + plus(h.offset()) + cookie(h.cookie());
      case KprobeMulti h ->
          "kprobe_multi " + several(h.functions(), h.pattern()) + cookie(h.cookie());
      case Fentry h -> "fentry " + h.function() + cookie(h.cookie());
      case Lsm h -> "lsm " + h.hook() + cookie(h.cookie());
      case LsmCgroup h -> "lsm_cgroup " + h.hook() + " " + h.path();
      case Uprobe h ->
          "uprobe "
              + h.binary()
              + (h.symbol() == null ? "" : ":" + h.symbol())
              + plus(h.offset())
              + cookie(h.cookie());
      case UprobeMulti h ->
          "uprobe_multi "
              + h.binary()
              + ":"
              + several(h.symbols(), h.pattern())
              + cookie(h.cookie());
      case Usdt h ->
          "usdt " + h.binary() + ":" + h.provider() + ":" + h.name() + cookie(h.cookie());
      case Xdp h -> "xdp " + h.interfaces().getFirst() + mode(h);
      case Tc h ->
          "tc "
              + lower(h.direction())
              + " "
              + h.interfaces().getFirst()
              + priority(h.priority(), Tc.DEFAULT_PRIORITY);
      case Netkit h ->
          "netkit "
              + lower(h.end())
              + " "
              + h.interfaces().getFirst()
              + priority(h.priority(), Netkit.DEFAULT_PRIORITY);
      case Cgroup h -> "cgroup " + h.path();
      case PerfEvent h -> "perf_event " + h.event() + rate(h) + cookie(h.cookie());
      case SkLookup h -> "sk_lookup";
      case FlowDissector h -> "flow_dissector";
      case Sockmap h -> "sockmap " + h.map();
      case Netfilter h ->
          "netfilter "
              + lower(h.family())
              + " "
              + lower(h.hook())
              + " priority "
              + h.priority()
              + (h.defragment() ? " defragmented" : "");
      case Iter h ->
          "iter"
              + (h.target() == null ? "" : " " + h.target())
              + (h.map() == null ? "" : " of map " + h.map())
              + (h.cgroup() == null ? "" : " from cgroup " + h.cgroup());
      case StructOps h -> "struct_ops " + h.map();
      case Syscall h -> "run once";
    };
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  static String several(List<String> names, String pattern) {
    return pattern != null
        ? pattern
        : names.size() <= 3
            ? String.join(",", names)
            // Which ones matters, and a target in words is to stay short.
            : "%s,%s,… (%d, %08x)"
                .formatted(names.get(0), names.get(1), names.size(), names.hashCode());
  }

  private static String mode(Xdp xdp) {
    return xdp.mode() == XdpMode.Auto ? "" : " " + lower(xdp.mode());
  }

  private static String priority(int priority, int usual) {
    return priority == usual ? "" : " priority " + priority;
  }

  private static String cookie(Long cookie) {
    return cookie == null || cookie == 0 ? "" : " cookie " + cookie;
  }

  private static String plus(Number offset) {
    return offset == null || offset.longValue() == 0 ? "" : "+" + offset;
  }

  private static String rate(PerfEvent event) {
    return event.period() != null
        ? " every " + event.period()
        : " " + (event.frequency() == null ? 99 : event.frequency()) + " Hz";
  }
}
