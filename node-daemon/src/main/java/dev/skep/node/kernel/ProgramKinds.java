package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.inspect.ProgramType;
import dev.skep.node.libbpf.BpfObject.Program;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.KernelFunctions;
import dev.skep.node.target.Tracepoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a program is loaded as, where its section alone does not tell libbpf. */
final class ProgramKinds {
  private static final Path KERNEL_BTF = Path.of("/sys/kernel/btf/vmlinux");

  // linux/bpf.h; sections of sessions are newer than the libbpf that we ask for.
  private static final int KPROBE = 2;
  private static final int TRACE_KPROBE_SESSION = 56;
  private static final int TRACE_UPROBE_SESSION = 57;
  private static final int SLEEPABLE = 1 << 4;

  void set(Program program, LoadRequest request) {
    Optional<ObjectProgram> described = request.report().program(program.name());
    String target = request.targets().get(program.name());
    if (target != null) {
      setTarget(program, described.map(ObjectProgram::type).orElse(ProgramType.other), target);
    }
    described.ifPresent(d -> setSession(program, d));
  }

  private static void setSession(Program program, ObjectProgram described) {
    if (described.type() == ProgramType.kprobe_session) {
      program.setKind(KPROBE, TRACE_KPROBE_SESSION);
    } else if (described.type() == ProgramType.uprobe_session) {
      program.setKind(KPROBE, TRACE_UPROBE_SESSION);
      if (described.section().contains("uprobe.session.s")) {
        program.setFlags(SLEEPABLE);
      }
    }
  }

  private static void setTarget(Program program, ProgramType type, String target) {
    try {
      program.setTarget(target);
    } catch (NativeError e) {
      Failure failure =
          e.errno() == Errno.ESRCH || e.errno() == Errno.ENOENT
              ? absent(type, target)
              : Failure.of(Reason.LoadFailed, type + " " + target + ": " + e.lastMessage());
      throw new Refusal(Failure.of(failure.reason(), failure.message(), program.name()), e);
    }
  }

  private static Failure absent(ProgramType type, String target) {
    if (!Files.exists(KERNEL_BTF)) {
      return Failure.of(
          Reason.Incompatible,
          "this kernel (%s) has no BTF (CONFIG_DEBUG_INFO_BTF), by which programs of type %s find their target"
              .formatted(System.getProperty("os.version"), type));
    }
    return switch (type) {
      case tp_btf -> Tracepoints.ofThisKernel().rawMissing(target);
      case lsm, lsm_cgroup ->
          KernelFunctions.missing("bpf_lsm_" + target)
              .map(
                  f ->
                      Failure.of(
                          f.reason(),
                          "LSM hook %s does not exist in this kernel (%s)%s"
                              .formatted(
                                  target,
                                  System.getProperty("os.version"),
                                  hint(f.message()).replace("bpf_lsm_", ""))))
              .orElseGet(() -> untyped(target));
      case iter ->
          Failure.of(
              Reason.FunctionNotFound,
              "iterator %s does not exist in this kernel (%s)"
                  .formatted(target, System.getProperty("os.version")));
      default -> KernelFunctions.missing(target).orElseGet(() -> untyped(target));
    };
  }

  private static String hint(String message) {
    int at = message.indexOf("; did you mean");
    return at < 0 ? "" : message.substring(at);
  }

  private static Failure untyped(String function) {
    return Failure.of(
        Reason.FunctionNotFound,
        "function %s is in this kernel (%s), but BTF does not tell of it: the compiler changed it, or has it several times; a kprobe may do"
            .formatted(function, System.getProperty("os.version")));
  }
}
