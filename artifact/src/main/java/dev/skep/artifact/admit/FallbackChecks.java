package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.ProgramAttachment;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.text.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks of spec.programs[].fallbacks. */
final class FallbackChecks {
  private FallbackChecks() {}

  static List<Failure> fallbacksExist(BpfProgramSpec spec, ObjectReport report) {
    List<String> there = report.programs().stream().map(ObjectProgram::function).toList();
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < spec.programs().size(); i++) {
      List<String> fallbacks = spec.programs().get(i).fallbacks();
      for (int j = 0; j < fallbacks.size(); j++) {
        if (!there.contains(fallbacks.get(j))) {
          failures.add(
              Failure.of(
                  Reason.UnknownFunction,
                  "programs[%d].fallbacks[%d]: the object has no program %s%s"
                      .formatted(i, j, fallbacks.get(j), Names.suggestion(fallbacks.get(j), there)),
                  fallbacks.get(j)));
        }
      }
    }
    return failures;
  }

  /** Each function stands in for one other, and what stands in for it is listed there too. */
  static List<Failure> groupsAreClear(BpfProgramSpec spec, ObjectReport report) {
    Map<String, String> listed = new HashMap<>();
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < spec.programs().size(); i++) {
      ProgramAttachment program = spec.programs().get(i);
      for (int j = 0; j < program.fallbacks().size(); j++) {
        String fallback = program.fallbacks().get(j);
        String path = "programs[%d].fallbacks[%d]".formatted(i, j);
        String before = listed.putIfAbsent(fallback, path);
        if (fallback.equals(program.function())) {
          failures.add(wrong(path, fallback, "a function cannot stand in for itself"));
        } else if (before != null) {
          failures.add(
              wrong(path, fallback, "is listed already at " + before + "; it stands in for one"));
        }
      }
    }
    for (int i = 0; i < spec.programs().size(); i++) {
      ProgramAttachment program = spec.programs().get(i);
      String standsIn = listed.get(program.function());
      if (standsIn != null
          && !program.fallbacks().isEmpty()
          && !program.fallbacks().contains(program.function())) {
        failures.add(
            wrong(
                "programs[%d].fallbacks".formatted(i),
                program.function(),
                "stands in for another itself, at %s: list what follows it there, in order"
                    .formatted(standsIn)));
      }
    }
    return failures;
  }

  private static Failure wrong(String path, String function, String what) {
    return Failure.of(Reason.WrongAttachType, path + ": " + function + ": " + what, function);
  }
}
