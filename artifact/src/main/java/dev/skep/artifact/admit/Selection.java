package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.ProgramAttachment;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.inspect.ObjectReport.ObjectTable;
import dev.skep.artifact.inspect.ProgramType;
import java.util.ArrayList;
import java.util.Comparator;
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
          .map(
              program -> new Selection("programs", program, byObject(program, report), null, false))
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
                      asked.asked().isEmpty() ? byObject(program, report) : asked.asked(),
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
                        new Selection(
                            "programs", program, byObject(program, report), standsInFor, false))
                .ifPresent(selections::add));
    return withTables(ordered(selections, List.copyOf(fallbacks.keySet())), report);
  }

  /** Fallbacks come last, in the order in which they are taken, wherever their entries are. */
  private static List<Selection> ordered(List<Selection> selections, List<String> fallbacks) {
    return selections.stream()
        .sorted(Comparator.comparingInt(s -> fallbacks.indexOf(s.function())))
        .toList();
  }

  /** A table of functions runs whole: one function of it asked for, all of it is. */
  private static List<Selection> withTables(List<Selection> asked, ObjectReport report) {
    List<Selection> all = new ArrayList<>(asked);
    for (ObjectTable table : report.tables()) {
      List<Selection> its =
          asked.stream().filter(s -> table.functions().contains(s.function())).toList();
      if (its.isEmpty()) {
        continue;
      }
      if (its.stream().allMatch(s -> s.attachments().isEmpty())) {
        Selection first = its.getFirst();
        all.set(all.indexOf(first), first.attachedTo(new StructOps(table.name())));
      }
      for (String function : table.functions()) {
        if (its.stream().noneMatch(s -> s.function().equals(function))) {
          report
              .program(function)
              .map(p -> new Selection("programs", p, List.of(), null, its.getFirst().optional()))
              .ifPresent(all::add);
        }
      }
    }
    return all;
  }

  private Selection attachedTo(Hook hook) {
    return new Selection(path, program, List.of(Attach.of(hook)), fallbackFor, optional);
  }

  /** By its SEC(); the first function of a table stands for the table. */
  private static List<Attach> byObject(ObjectProgram program, ObjectReport report) {
    return report
        .tableOf(program.function())
        .map(
            table ->
                table.functions().getFirst().equals(program.function())
                    ? List.of(Attach.of(new StructOps(table.name())))
                    : List.<Attach>of())
        .orElseGet(() -> bySection(program));
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
