package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Iter;
import dev.skep.api.v1alpha1.hook.Sockmap;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.artifact.admit.ProgramChecks.Asked;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.inspect.ObjectReport.ObjectTable;
import dev.skep.artifact.text.Names;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks of the maps and tables that attachments name. */
final class HookMapChecks {
  private static final Set<String> OF_SOCKETS = Set.of("sockmap", "sockhash");

  private HookMapChecks() {}

  static List<Failure> mapsAreThere(BpfProgramSpec spec, ObjectReport report) {
    return ProgramChecks.asked(spec, report).stream()
        .flatMap(asked -> check(asked, report).stream())
        .toList();
  }

  private static Optional<Failure> check(Asked asked, ObjectReport report) {
    return switch (asked.attach().hook()) {
      case Sockmap h when h.map() != null ->
          absent(asked, h.map(), report).or(() -> otherType(asked, h.map(), report));
      case Iter h when h.map() != null -> absent(asked, h.map(), report);
      case StructOps h when h.map() != null -> otherTable(asked, h.map(), report);
      case null, default -> Optional.empty();
    };
  }

  private static Optional<Failure> absent(Asked asked, String name, ObjectReport report) {
    List<String> there = report.maps().stream().map(ObjectMap::name).toList();
    return there.contains(name)
        ? Optional.empty()
        : failure(
            Reason.UnknownMap,
            asked,
            "the object has no map " + name + Names.suggestion(name, there));
  }

  private static Optional<Failure> otherType(Asked asked, String name, ObjectReport report) {
    return report
        .map(name)
        .map(ObjectMap::type)
        .filter(type -> !OF_SOCKETS.contains(type))
        .flatMap(
            type ->
                failure(
                    Reason.InvalidMap,
                    asked,
                    "map %s is of type %s, not sockmap or sockhash".formatted(name, type)));
  }

  private static Optional<Failure> otherTable(Asked asked, String name, ObjectReport report) {
    Optional<ObjectTable> table = report.table(name);
    if (table.isEmpty()) {
      List<String> there = report.tables().stream().map(ObjectTable::name).toList();
      return failure(
          Reason.UnknownMap,
          asked,
          "the object has no table of functions " + name + Names.suggestion(name, there));
    }
    String function = asked.of().function();
    return table.get().functions().contains(function)
        ? Optional.empty()
        : failure(Reason.WrongAttachType, asked, "%s is not in table %s".formatted(function, name));
  }

  private static Optional<Failure> failure(Reason reason, Asked asked, String what) {
    String path = asked.path() + "." + Hooks.name(asked.attach().hook()) + ".map";
    return Optional.of(ProgramChecks.failure(reason, asked.of(), path, what));
  }
}
