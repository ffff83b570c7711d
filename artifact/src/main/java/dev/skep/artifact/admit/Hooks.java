package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.Attach.Cgroup;
import dev.skep.api.v1alpha1.Attach.Fentry;
import dev.skep.api.v1alpha1.Attach.Hook;
import dev.skep.api.v1alpha1.Attach.Kprobe;
import dev.skep.api.v1alpha1.Attach.PerfEvent;
import dev.skep.api.v1alpha1.Attach.RawTracepoint;
import dev.skep.api.v1alpha1.Attach.Tc;
import dev.skep.api.v1alpha1.Attach.Tracepoint;
import dev.skep.api.v1alpha1.Attach.Uprobe;
import dev.skep.api.v1alpha1.Attach.Xdp;
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
      case Fentry h -> absent("function", h.function());
      case Uprobe h ->
          absent("binary", h.binary())
              .or(() -> absent("symbol", h.symbol() == null ? h.offset() : h.symbol()));
      case Xdp h -> absent("interfaces", h.interfaces().isEmpty() ? null : h.interfaces());
      case Tc h ->
          absent("interfaces", h.interfaces().isEmpty() ? null : h.interfaces())
              .or(() -> absent("direction", h.direction()));
      case Cgroup h -> absent("path", h.path());
      case PerfEvent h -> absent("event", h.event());
    };
  }

  /** An interface that the hook names more than once. */
  static Optional<String> repeatedInterface(Hook hook) {
    List<String> interfaces =
        switch (hook) {
          case Xdp h -> h.interfaces();
          case Tc h -> h.interfaces();
          default -> List.of();
        };
    Set<String> seen = new HashSet<>();
    return interfaces.stream().filter(name -> !seen.add(name)).findFirst();
  }

  private static Optional<String> absent(String field, Object value) {
    return value == null ? Optional.of(field) : Optional.empty();
  }
}
