package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.ProgramAttachment;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.inspect.ProgramType;
import java.util.ArrayList;
import java.util.List;

/**
 * One program of the object that is to run.
 *
 * @param path where the user asked for it: programs[0], or programs when he named none
 * @param attach as asked for, else by its SEC(); null when neither says
 */
record Selection(String path, ObjectProgram program, Attach attach) {

  /** The programs a specification selects; those that the object does not have are left out. */
  static List<Selection> of(BpfProgramSpec spec, ObjectReport report) {
    if (spec.programs().isEmpty()) {
      return report.programs().stream()
          .filter(ObjectProgram::autoload)
          .map(program -> new Selection("programs", program, program.defaultAttach()))
          .toList();
    }
    List<Selection> selections = new ArrayList<>();
    for (int i = 0; i < spec.programs().size(); i++) {
      ProgramAttachment asked = spec.programs().get(i);
      String path = "programs[%d]".formatted(i);
      report
          .program(String.valueOf(asked.function()))
          .map(program -> new Selection(path, program, attach(asked, program)))
          .ifPresent(selections::add);
    }
    return selections;
  }

  private static Attach attach(ProgramAttachment asked, ObjectProgram program) {
    return asked.attach() == null || asked.attach().hook() == null
        ? program.defaultAttach()
        : asked.attach();
  }

  String function() {
    return program.function();
  }

  ProgramType type() {
    return program.type();
  }
}
