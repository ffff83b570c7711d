package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.inspect.ProgramType;
import dev.skep.artifact.text.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        .flatMap(
            s ->
                s.program().unknownSection().stream()
                    .map(why -> failure(Reason.WrongAttachType, s, "", why)))
        .toList();
  }

  static List<Failure> hooksFit(BpfProgramSpec spec, ObjectReport report) {
    List<Failure> failures = new ArrayList<>();
    for (Asked a : asked(spec, report)) {
      Hook hook = a.attach.hook();
      if (hook == null || !Attach.of(hook).equals(a.attach)) {
        failures.add(
            failure(
                Reason.WrongAttachType,
                a.of,
                a.path,
                hook == null ? "names no hook" : "names several hooks; name one"));
      } else if (!a.of.type().attachesTo(hook)) {
        failures.add(
            failure(
                Reason.WrongAttachType,
                a.of,
                a.path,
                "%s is of type %s (SEC \"%s\"); %s is not possible: write %s"
                    .formatted(
                        a.of.function(),
                        a.of.type(),
                        Names.shorten(a.of.program().section()),
                        Hooks.name(hook),
                        a.of.type().example())));
      }
    }
    return failures;
  }

  static List<Failure> targetsAreNamed(BpfProgramSpec spec, ObjectReport report) {
    List<Failure> failures = new ArrayList<>();
    for (Selection s : Selection.of(spec, report)) {
      if (s.type() != ProgramType.other
          && s.attachments().isEmpty()
          && report.tableOf(s.function()).isEmpty()) {
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
      }
    }
    for (Asked a : asked(spec, report)) {
      Optional.ofNullable(a.attach.hook())
          .flatMap(Hooks::missing)
          .ifPresent(
              missing ->
                  failures.add(
                      failure(
                          Reason.NoAttachTarget,
                          a.of,
                          a.path + "." + Hooks.name(a.attach.hook()),
                          missing + " is missing; write, e.g., " + a.of.type().example())));
    }
    return failures;
  }

  static List<Failure> interfacesAreNamedOnce(BpfProgramSpec spec, ObjectReport report) {
    return asked(spec, report).stream()
        .filter(a -> a.attach.hook() != null)
        .flatMap(
            a ->
                Hooks.repeatedInterface(a.attach.hook()).stream()
                    .map(
                        twice ->
                            failure(
                                Reason.WrongAttachType,
                                a.of,
                                a.path + ".%s.interfaces".formatted(Hooks.name(a.attach.hook())),
                                twice + " is named twice; name it once")))
        .toList();
  }

  /** The kernel takes these targets when it loads a program, which is loaded once. */
  static List<Failure> oneTargetIsLoadedFor(BpfProgramSpec spec, ObjectReport report) {
    return Selection.of(spec, report).stream()
        .filter(
            s ->
                s.targetsAtLoad().size() > 1
                    || (s.type().attachesOnce() && s.attachments().size() > 1))
        .map(s -> failure(Reason.WrongAttachType, s, ".attachments", onlyOne(s)))
        .toList();
  }

  private static String onlyOne(Selection s) {
    return s.targetsAtLoad().size() > 1
        ? "a program of type %s is loaded for one target, and here are %s: write a function for each"
            .formatted(s.type(), Names.list(s.targetsAtLoad()))
        : "a program of type %s attaches to its target once, and here are %d attachments"
            .formatted(s.type(), s.attachments().size());
  }

  /** One attachment of a selected function, and where in its entry the user wrote it. */
  record Asked(Selection of, Attach attach, String path) {}

  static List<Asked> asked(BpfProgramSpec spec, ObjectReport report) {
    List<Asked> asked = new ArrayList<>();
    for (Selection s : Selection.of(spec, report)) {
      if (s.type() != ProgramType.other) {
        for (int i = 0; i < s.attachments().size(); i++) {
          String path = s.attachments().size() == 1 ? ".attach" : ".attachments[%d]".formatted(i);
          asked.add(new Asked(s, s.attachments().get(i), path));
        }
      }
    }
    return asked;
  }

  static Failure failure(Reason reason, Selection s, String below, String what) {
    // Without an entry of his own there is nothing "below" for the user to find.
    String path = s.path().endsWith("]") ? s.path() + below : s.path();
    return Failure.of(reason, path + ": " + what, s.function());
  }
}
