package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.CgroupHook;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.FlowDissector;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Hooks as the user writes them. */
final class Hooks {
  private Hooks() {}

  /** The field of attach. */
  static String name(Hook hook) {
    String type = hook.getClass().getSimpleName();
    return Character.toLowerCase(type.charAt(0)) + type.substring(1);
  }

  /** The field that the API server would miss; there is none between us and a manifest on disk. */
  static Optional<String> missing(Hook hook) {
    return switch (hook) {
      case Tracepoint h -> absent("name", h.name());
      case RawTracepoint h -> absent("name", h.name());
      case Kprobe h -> absent("function", h.function());
      case KprobeMulti h -> either("functions", h.functions(), "pattern", h.pattern());
      case Fentry h -> absent("function", h.function());
      case Lsm h -> absent("hook", h.hook());
      case LsmCgroup h -> absent("hook", h.hook()).or(() -> cgroup(h));
      case Uprobe h ->
          absent("binary", h.binary())
              .or(() -> absent("symbol", h.symbol() == null ? h.offset() : h.symbol()));
      case UprobeMulti h ->
          absent("binary", h.binary())
              .or(() -> either("symbols", h.symbols(), "pattern", h.pattern()));
      case Usdt h ->
          absent("binary", h.binary())
              .or(() -> absent("provider", h.provider()))
              .or(() -> absent("name", h.name()));
      case Xdp h -> interfaces(h);
      case Tc h -> interfaces(h).or(() -> absent("direction", h.direction()));
      case Netkit h -> interfaces(h);
      case Cgroup h -> cgroup(h);
      case PerfEvent h -> absent("event", h.event());
      case Sockmap h -> absent("map", h.map());
      case Netfilter h -> absent("family", h.family()).or(() -> absent("hook", h.hook()));
      case StructOps h -> absent("map", h.map());
      case SkLookup h -> Optional.empty();
      case FlowDissector h -> Optional.empty();
      case Iter h -> Optional.empty();
      case Syscall h -> Optional.empty();
    };
  }

  private static Optional<String> interfaces(InterfaceHook hook) {
    return absent("interfaces", hook.interfaces().isEmpty() ? null : hook.interfaces());
  }

  private static Optional<String> cgroup(CgroupHook hook) {
    return absent("path", hook.path() == null ? hook.pods() : hook.path());
  }

  private static Optional<String> either(
      String listName, List<String> list, String patternName, String pattern) {
    return list.isEmpty() && pattern == null
        ? Optional.of(listName + " or " + patternName)
        : Optional.empty();
  }

  /** An interface that the hook names more than once. */
  static Optional<String> repeatedInterface(Hook hook) {
    List<String> interfaces =
        hook instanceof InterfaceHook ofInterfaces ? ofInterfaces.interfaces() : List.of();
    Set<String> seen = new HashSet<>();
    return interfaces.stream().filter(name -> !seen.add(name)).findFirst();
  }

  private static Optional<String> absent(String field, Object value) {
    return value == null ? Optional.of(field) : Optional.empty();
  }
}
