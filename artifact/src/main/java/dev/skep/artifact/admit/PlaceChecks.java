package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.api.v1alpha1.hook.Netkit;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.artifact.admit.ProgramChecks.Asked;
import dev.skep.artifact.inspect.ObjectReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where the kernel takes a program once, whatever the options of the second time. */
final class PlaceChecks {
  private PlaceChecks() {}

  static List<Failure> placesAreTakenOnce(BpfProgramSpec spec, ObjectReport report) {
    List<Failure> failures = new ArrayList<>();
    Map<List<Object>, Asked> taken = new HashMap<>();
    for (Asked asked : ProgramChecks.asked(spec, report)) {
      for (Object place : places(asked.attach().hook())) {
        Asked before = taken.putIfAbsent(List.of(asked.of(), place), asked);
        if (before != null && before != asked) {
          failures.add(
              Failure.of(
                  Reason.WrongAttachType,
                  "%s%s: %s is attached to %s already by %s%s, and the kernel takes one program there once: write a second function, or leave one out"
                      .formatted(
                          asked.of().path(),
                          asked.path(),
                          asked.of().function(),
                          place,
                          before.of().path(),
                          before.path()),
                  asked.of().function()));
          break;
        }
      }
    }
    return failures;
  }

  /** In words. */
  private static List<String> places(Hook hook) {
    return switch (hook) {
      case Tracepoint h when h.name() != null -> List.of("tracepoint " + h.name());
      case Xdp h -> named(h, "");
      case Tc h when h.direction() != null -> named(h, " " + lower(h.direction()));
      case Netkit h when h.end() != null -> named(h, " " + lower(h.end()));
      case null, default -> List.of();
    };
  }

  private static List<String> named(InterfaceHook hook, String side) {
    // Which interfaces of which pods are the same only a node can tell.
    return hook.pods() != null
        ? List.of()
        : hook.interfaces().stream().map(name -> "interface " + name + where(hook) + side).toList();
  }

  private static String where(InterfaceHook hook) {
    return hook.networkNamespace() != null ? " of " + hook.networkNamespace() : "";
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
