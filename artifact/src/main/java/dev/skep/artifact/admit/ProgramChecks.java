package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.inspect.ProgramType;
import dev.skep.artifact.text.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks of spec.programs. */
final class ProgramChecks {
  /** As the schema of spec.programs has it. */
  private static final int MAX_PROGRAMS = 64;

  private ProgramChecks() {}

  static List<Failure> functionsExist(BpfProgramSpec spec, ObjectReport report) {
    List<String> there = report.programs().stream().map(ObjectProgram::function).toList();
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < spec.programs().size(); i++) {
      String function = String.valueOf(spec.programs().get(i).function());
      if (!there.contains(function)) {
        failures.add(
            Failure.of(
                Reason.UnknownFunction,
                "programs[%d].function: the object has no program %s%s"
                    .formatted(i, function, Names.suggestion(function, there)),
                function));
      }
    }
    return failures;
  }

  static List<Failure> functionsAreNamedOnce(BpfProgramSpec spec, ObjectReport report) {
    Map<String, Integer> first = new HashMap<>();
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < spec.programs().size(); i++) {
      String function = spec.programs().get(i).function();
      Integer before = first.putIfAbsent(function, i);
      if (before != null) {
        failures.add(
            Failure.of(
                Reason.WrongAttachType,
                "programs[%d].function: %s is named already by programs[%d]; name it once"
                    .formatted(i, function, before),
                function));
      }
    }
    return failures;
  }

  static List<Failure> somethingRuns(BpfProgramSpec spec, ObjectReport report) {
    List<String> there = report.programs().stream().map(ObjectProgram::function).toList();
    if (there.isEmpty()) {
      return List.of(
          Failure.of(
              Reason.UnknownFunction,
              "image: the object has no program, that is no global function with a SEC() of its"
                  + " own"));
    }
    int selected = Selection.of(spec, report).size();
    if (spec.programs().isEmpty() && selected == 0) {
      return List.of(
          Failure.of(
              Reason.UnknownFunction,
              "programs: every SEC() of the object begins with ?, so that nothing runs unless it is"
                  + " named; there is "
                  + Names.list(there)));
    }
    return selected <= MAX_PROGRAMS
        ? List.of()
        : List.of(
            Failure.of(
                Reason.TooLarge,
                "programs: the object has %d programs, of which %d can run: name them"
                    .formatted(selected, MAX_PROGRAMS)));
  }

  static List<Failure> typesAreSupported(BpfProgramSpec spec, ObjectReport report) {
    return Selection.of(spec, report).stream()
        .filter(s -> s.type() == ProgramType.other)
        .map(
            s ->
                failure(
                    Reason.WrongAttachType,
                    s,
                    "",
                    "%s is in SEC(\"%s\"), which cannot be attached; what can is %s"
                        .formatted(
                            s.function(),
                            Names.shorten(s.program().section()),
                            String.join(", ", ProgramType.attachable()))))
        .toList();
  }

  static List<Failure> hooksFit(BpfProgramSpec spec, ObjectReport report) {
    List<Failure> failures = new ArrayList<>();
    for (Selection s : Selection.of(spec, report)) {
      if (s.attach() == null || s.type() == ProgramType.other) {
        continue;
      }
      Attach.Hook hook = s.attach().hook();
      if (!Attach.of(hook).equals(s.attach())) {
        failures.add(
            failure(Reason.WrongAttachType, s, ".attach", "names several hooks; name one"));
      } else if (!s.type().attachesTo(hook)) {
        failures.add(
            failure(
                Reason.WrongAttachType,
                s,
                ".attach",
                "%s is of type %s (SEC \"%s\"); %s is not possible: write %s"
                    .formatted(
                        s.function(),
                        s.type(),
                        Names.shorten(s.program().section()),
                        Hooks.name(hook),
                        s.type().example())));
      }
    }
    return failures;
  }

  static List<Failure> targetsAreNamed(BpfProgramSpec spec, ObjectReport report) {
    List<Failure> failures = new ArrayList<>();
    for (Selection s : Selection.of(spec, report)) {
      if (s.type() == ProgramType.other) {
        continue;
      }
      if (s.attach() == null) {
        failures.add(
            failure(
                Reason.NoAttachTarget,
                s,
                ".attach",
                "%s is of type %s, and its SEC(\"%s\") names no target; write {function: %s, attach: {%s}}"
                    .formatted(
                        s.function(),
                        s.type(),
                        Names.shorten(s.program().section()),
                        s.function(),
                        s.type().example())));
      } else {
        Hooks.missing(s.attach().hook())
            .ifPresent(
                missing ->
                    failures.add(
                        failure(
                            Reason.NoAttachTarget,
                            s,
                            ".attach." + Hooks.name(s.attach().hook()),
                            missing + " is missing; write, e.g., " + s.type().example())));
      }
    }
    return failures;
  }

  static List<Failure> interfacesAreNamedOnce(BpfProgramSpec spec, ObjectReport report) {
    return Selection.of(spec, report).stream()
        .filter(s -> s.attach() != null)
        .flatMap(
            s ->
                Hooks.repeatedInterface(s.attach().hook()).stream()
                    .map(
                        twice ->
                            failure(
                                Reason.WrongAttachType,
                                s,
                                ".attach.%s.interfaces".formatted(Hooks.name(s.attach().hook())),
                                twice + " is named twice; name it once")))
        .toList();
  }

  /** The kernel takes these targets at load, where libbpf reads them from the SEC(). */
  static List<Failure> targetsAreThoseOfTheSection(BpfProgramSpec spec, ObjectReport report) {
    return Selection.of(spec, report).stream()
        .filter(s -> s.type().targetsAtLoad() && s.attach() != null)
        .filter(s -> !s.attach().equals(s.program().defaultAttach()))
        .filter(s -> s.type().attachesTo(s.attach().hook()))
        .map(
            s ->
                failure(
                    Reason.WrongAttachType,
                    s,
                    ".attach",
                    "a program of type %s is loaded for the target of its SEC(\"%s\"): name the target there"
                        .formatted(s.type(), Names.shorten(s.program().section()))))
        .toList();
  }

  private static Failure failure(Reason reason, Selection s, String below, String what) {
    // Without an entry of his own there is nothing "below" for the user to find.
    String path = s.path().endsWith("]") ? s.path() + below : s.path();
    return Failure.of(reason, path + ": " + what, s.function());
  }
}
