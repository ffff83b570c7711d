package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfProgramStatus.Nodes;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.operator.program.Conditions.Truth;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One word for a program, and why.
 *
 * @param ready all nodes run what is asked for
 * @param stalled it will not become ready by itself: somebody has to change something
 * @param reason one word: why ready, or why not
 * @param message the same in words
 * @param admission what became of the specification
 * @param admissionReason one word for it
 * @param admissionMessage the same in words
 */
record Verdict(
    Phase phase,
    boolean ready,
    boolean stalled,
    String reason,
    String message,
    Truth admission,
    String admissionReason,
    String admissionMessage) {
  static Verdict of(
      Candidate candidate,
      Optional<BpfRevision> revision,
      Nodes nodes,
      List<FailureGroup> failures,
      LeftOut leftOut,
      int inPart) {
    return switch (candidate) {
      case Candidate.Awaiting() ->
          new Verdict(
              revision.isPresent() ? Phase.RollingOut : Phase.Pending,
              false,
              false,
              "Pulling",
              "the image is on its way" + goesOn(revision, nodes),
              Truth.UNKNOWN,
              "Pulling",
              "the image is on its way");
      case Candidate.Refused(List<Failure> found) -> {
        String why = found.getFirst().reason().name();
        String words = words(found);
        boolean waits = found.stream().allMatch(f -> f.reason() == Reason.ConfigMapNotFound);
        Phase mending = waits ? Phase.Pending : Phase.Degraded;
        yield new Verdict(
            StatusSummary.mayMendItself(found) ? mending : Phase.Rejected,
            false,
            found.stream().anyMatch(f -> f.reason().needsSomebody()),
            why,
            words + goesOn(revision, nodes),
            Truth.FALSE,
            why,
            words);
      }
      case Candidate.Admitted(BpfRevision admitted) ->
          ofNodes(admitted, nodes, failures, leftOut, inPart);
    };
  }

  private static Verdict ofNodes(
      BpfRevision revision, Nodes nodes, List<FailureGroup> failures, LeftOut leftOut, int inPart) {
    Mode mode = revision.getSpec().mode();
    String count =
        nodes.ready()
            + " of "
            + nodes.desired()
            + " nodes"
            + (inPart == 0 ? "" : ", in part on " + inPart);
    String done =
        switch (mode) {
          case Attach -> "attached on ";
          case Verify -> "loaded and attached nowhere, as asked, on ";
          case Suspend -> "suspended on ";
        };
    if (nodes.desired() == 0) {
      return waiting(Phase.Pending, "NoNodes", "no node matches spec.nodeSelector");
    }
    if (nodes.ready() == nodes.desired()) {
      return admitted(
          mode == Mode.Suspend ? Phase.Suspended : Phase.Ready,
          true,
          false,
          NodeTally.goal(mode).name(),
          done + count + leftOut.words());
    }
    if (nodes.failed() > 0) {
      String why = failures.isEmpty() ? "Failed" : failures.getFirst().reason().name();
      String cause = failures.isEmpty() ? "" : ": " + failures.getFirst().message();
      return admitted(
          Phase.Degraded,
          false,
          needsSomebody(failures),
          why,
          done + count + ", failed on " + nodes.failed() + cause);
    }
    if (nodes.incompatible() > 0) {
      return admitted(
          Phase.Degraded,
          false,
          true,
          "Incompatible",
          done + count + ", " + nodes.incompatible() + " cannot run it" + onKernels(failures));
    }
    if (nodes.pending() > 0) {
      return failures.isEmpty()
          ? waiting(Phase.RollingOut, "RollingOut", done + count)
          : waiting(
              Phase.Pending,
              failures.getFirst().reason().name(),
              done + count + ", waiting: " + failures.getFirst().message());
    }
    return waiting(
        Phase.Degraded,
        "NodesUnknown",
        done + count + ", nothing heard of " + nodes.unknown() + ": what ran there goes on");
  }

  private static boolean needsSomebody(List<FailureGroup> failures) {
    return failures.isEmpty() || failures.stream().anyMatch(f -> f.reason().needsSomebody());
  }

  private static String onKernels(List<FailureGroup> failures) {
    return failures.stream()
        .filter(f -> f.reason() == Reason.Incompatible)
        .findFirst()
        .map(
            f ->
                ": "
                    + f.message()
                    + (f.kernels().isEmpty()
                        ? ""
                        : " (kernels " + String.join(", ", f.kernels()) + ")"))
        .orElse("");
  }

  /** Not ready, but that may come by itself. */
  private static Verdict waiting(Phase phase, String reason, String message) {
    return admitted(phase, false, false, reason, message);
  }

  private static Verdict admitted(
      Phase phase, boolean ready, boolean stalled, String reason, String message) {
    return new Verdict(
        phase,
        ready,
        stalled,
        reason,
        message,
        Truth.TRUE,
        "Admitted",
        "the object has what is asked of it");
  }

  private static String words(List<Failure> failures) {
    String first = failures.getFirst().message();
    int more = failures.size() - 1;
    return more == 0
        ? first
        : first + "; " + more + (more == 1 ? " other thing is" : " other things are") + " wrong";
  }

  private static String goesOn(Optional<BpfRevision> revision, Nodes nodes) {
    return revision
        .map(
            r ->
                "; revision "
                    + r.getMetadata().getName()
                    + (r.getSpec().mode() == Mode.Suspend
                        ? " is suspended on "
                        : " goes on running on ")
                    + nodes.ready()
                    + " of "
                    + nodes.desired()
                    + " nodes")
        .orElse("");
  }

  List<Condition> conditions(List<Condition> before, long generation, Instant now) {
    // As kstatus has it: what may come by itself is in progress.
    boolean progressing = !ready && !stalled;
    boolean degraded = phase == Phase.Degraded || phase == Phase.Rejected;
    List<Condition> list =
        Conditions.set(before, Conditions.READY, Truth.of(ready), reason, message, generation, now);
    list =
        Conditions.set(
            list,
            Conditions.PROGRESSING,
            Truth.of(progressing),
            progressing ? reason : "Settled",
            progressing ? message : "nothing is under way",
            generation,
            now);
    list = Conditions.degraded(list, degraded, reason, message, generation, now);
    list =
        Conditions.set(
            list,
            Conditions.ADMITTED,
            admission,
            admissionReason,
            admissionMessage,
            generation,
            now);
    // As kstatus has it: there while it is so, and else not there.
    return stalled
        ? Conditions.set(list, Conditions.STALLED, Truth.TRUE, reason, message, generation, now)
        : Conditions.without(list, Conditions.STALLED);
  }
}
