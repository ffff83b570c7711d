package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.ProgramAttachment;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.inspect.ProgramType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One program of the object that is to run.
 *
 * @param path where the user asked for it: programs[0], or programs when he named none
 * @param attachments as asked for, else by its SEC(); empty when neither says
 * @param fallbackFor the function that it stands in for where the kernel cannot attach that one, or
 *     null
 * @param optional whether the program may be as wanted without it
 */
record Selection(
    String path,
    ObjectProgram program,
    List<Attach> attachments,
    String fallbackFor,
    boolean optional) {

  /** The programs a specification selects; those that the object does not have are left out. */
  static List<Selection> of(BpfProgramSpec spec, ObjectReport report) {
    if (spec.programs().isEmpty()) {
      return report.programs().stream()
          .filter(ObjectProgram::autoload)
          .map(program -> new Selection("programs", program, bySection(program), null, false))
          .toList();
    }
    Map<String, String> fallbacks = fallbacks(spec);
    List<Selection> selections = new ArrayList<>();
    Set<String> named = new LinkedHashSet<>();
    for (int i = 0; i < spec.programs().size(); i++) {
      ProgramAttachment asked = spec.programs().get(i);
      String path = "programs[%d]".formatted(i);
      String function = String.valueOf(asked.function());
      named.add(function);
      report
          .program(function)
          .map(
              program ->
                  new Selection(
                      path,
                      program,
                      asked.asked().isEmpty() ? bySection(program) : asked.asked(),
                      fallbacks.get(function),
                      asked.optional()))
          .ifPresent(selections::add);
    }
    // A fallback without an entry of its own goes where its SEC() says.
    fallbacks.forEach(
        (function, standsInFor) ->
            report
                .program(function)
                .filter(program -> !named.contains(function))
                .map(
                    program ->
                        new Selection("programs", program, bySection(program), standsInFor, false))
                .ifPresent(selections::add));
    return selections;
  }

  /** Of each fallback, in the order in which they are taken, what it stands in for. */
  private static Map<String, String> fallbacks(BpfProgramSpec spec) {
    Map<String, String> fallbacks = new LinkedHashMap<>();
    spec.programs()
        .forEach(p -> p.fallbacks().forEach(f -> fallbacks.putIfAbsent(f, p.function())));
    return fallbacks;
  }

  private static List<Attach> bySection(ObjectProgram program) {
    return program.defaultAttach() == null ? List.of() : List.of(program.defaultAttach());
  }

  /** The names for which it would be loaded; one at most is possible. */
  List<String> targetsAtLoad() {
    return attachments.stream()
        .filter(attach -> attach.hook() != null)
        .flatMap(attach -> type().targetAtLoad(attach.hook()).stream())
        .distinct()
        .toList();
  }

  String function() {
    return program.function();
  }

  ProgramType type() {
    return program.type();
  }
}
