package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.BpfRevisionSpec.Needs;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.inspect.ProgramType;
import dev.skep.node.explain.Explanation;
import dev.skep.node.hook.NeededCapabilities;
import dev.skep.node.libbpf.BpfObject;
import dev.skep.node.libbpf.BpfObject.Program;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Capabilities;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the cause of a load that failed, and the words for it. */
final class LoadFailures {
  private static final Logger LOG = System.getLogger(LoadFailures.class.getName());

  // libbpf.c, bpf_object_load_prog and libbpf_find_attach_btf_id
  private static final Pattern PROGRAM = Pattern.compile("prog '([^']+)':");
  private static final Pattern MAP = Pattern.compile("map '([^']+)': failed to create: (.*?)\\.?$");
  private static final Pattern TABLE =
      Pattern.compile("struct_ops init_kern: struct (\\w+) is not found in kernel BTF");
  private static final Pattern NO_TARGET =
      Pattern.compile("(?:failed to find kernel BTF type ID of|is not found in vmlinux BTF).*");

  /** What the verifier says of a call or a field that the kernel has not. */
  private static final Pattern NOT_THERE =
      Pattern.compile(
          "(?:unknown|invalid) func |cannot use helper|invalid CO-RE relocation|cannot call kernel");

  /** Older kernels and younger ones (verifier.c, check_helper_call). */
  private static final Pattern REFUSED_HELPER =
      Pattern.compile("(?:unknown func|cannot use helper) (bpf_\\w+)#");

  private final Preconditions preconditions;

  LoadFailures(Preconditions preconditions) {
    this.preconditions = preconditions;
  }

  /** The function that the verifier refused, where a second load with its log tells more. */
  Optional<String> refused(NativeError e) {
    return switch (e.errno()) {
      // Too large is said in the statistics; the others are not the verifier's.
      case Errno.E2BIG, Errno.ENOMEM, Errno.EPERM, Errno.ESRCH -> Optional.empty();
      default -> failedProgram(e);
    };
  }

  /** Where the node has no room now, which says nothing of the object. */
  static Optional<Refusal> noRoom(NativeError e) {
    return Errno.mayPass(e.errno())
        ? Optional.of(
            new Refusal(
                Reason.NodeNotReady, "the node has no room to load it now: " + e.getMessage(), e))
        : Optional.empty();
  }

  Refusal explain(LoadRequest request, BpfObject object, NativeError e) {
    // Before anything is asked of the kernel, which could not answer either. Of memory a map may
    // want more than any node has: that is its own failure.
    Optional<Refusal> noRoom = e.errno() == Errno.ENOMEM ? Optional.empty() : noRoom(e);
    if (noRoom.isPresent()) {
      return noRoom.get();
    }
    try {
      return new Refusal(cause(request, object, e).orElseGet(() -> unexplained(e)), e);
    } catch (NativeError | UncheckedIOException silent) {
      // A kernel that cannot be asked for the cause has refused the load all the same.
      Refusal refusal = new Refusal(unexplained(e), e);
      refusal.addSuppressed(silent);
      return refusal;
    }
  }

  private Optional<Failure> cause(LoadRequest request, BpfObject object, NativeError e) {
    return failedProgram(e)
        .filter(request.functions()::contains)
        .map(f -> ofProgram(request, object, f, e))
        .or(() -> lacking(request))
        .or(() -> ofTable(request, e))
        .or(() -> ofMap(e));
  }

  private static Failure unexplained(NativeError e) {
    return Failure.of(
        e.errno() == Errno.ENOMEM ? Reason.NodeNotReady : Reason.LoadFailed,
        "the object does not load: " + words(e));
  }

  private Failure ofProgram(LoadRequest request, BpfObject object, String function, NativeError e) {
    Optional<ObjectProgram> program = request.report().program(function);
    String log = log(object, function);
    Optional<Failure> lacking = program.flatMap(p -> lacking(request, p, log));
    if (lacking.isPresent()) {
      return lacking.get();
    }
    if (e.messages().stream().anyMatch(m -> NO_TARGET.matcher(m).find())) {
      return Failure.of(
          program.map(ObjectProgram::type).orElse(ProgramType.other) == ProgramType.tp_btf
              ? Reason.TracepointNotFound
              : Reason.FunctionNotFound,
          function
              + ": SEC(\""
              + program.map(ObjectProgram::section).orElse("")
              + "\") is not in this kernel ("
              + System.getProperty("os.version")
              + ")",
          function);
    }
    if (e.errno() == Errno.EPERM) {
      return notPermitted(function, program.map(ObjectProgram::type).orElse(ProgramType.other));
    }
    if (log.isBlank() && e.errno() == Errno.E2BIG) {
      return Failure.of(
          Reason.TooLarge,
          "%s has %d instructions, and a kernel takes a million at most: shorten it, or unroll less"
              .formatted(function, program.map(ObjectProgram::instructions).orElse(0)),
          function);
    }
    if (log.isBlank()) {
      return Failure.of(Reason.LoadFailed, function + ": " + words(e), function);
    }
    LOG.log(Level.DEBUG, () -> "verifier log of " + function + ":\n" + log);
    return TargetRefusals.of(function, log)
        .orElseGet(
            () ->
                Failure.of(
                    Reason.VerifierRejected,
                    Explanation.explain(function, log).message(),
                    function));
  }

  private static Failure notPermitted(String function, ProgramType type) {
    return Capabilities.own()
        .missing(NeededCapabilities.toLoad(type))
        .map(words -> Failure.of(Reason.Incompatible, function + " " + words, function))
        .orElseGet(
            () ->
                Failure.of(
                    Reason.PermissionDenied,
                    function + ": the kernel refuses to load it (EPERM)",
                    function));
  }

  /** What libbpf looks for before any program: the kernel's own types, functions, maps. */
  private Optional<Failure> lacking(LoadRequest request) {
    return request.report().programs().stream()
        .filter(p -> request.functions().contains(p.function()))
        .flatMap(
            p ->
                preconditions
                    .before(
                        p.function(),
                        p.section(),
                        request.report().functionNeeds().getOrDefault(p.function(), Needs.NOTHING))
                    .stream())
        .findFirst();
  }

  /** What the code asks for and the kernel has not is a cause only where the verifier met it. */
  private Optional<Failure> lacking(LoadRequest request, ObjectProgram program, String log) {
    Needs needs = request.report().functionNeeds().getOrDefault(program.function(), Needs.NOTHING);
    return NOT_THERE.matcher(log).find()
        ? preconditions.after(
            program.function(), program.section(), needs, refusedHelper(log).orElse(null))
        : preconditions.kind(program.function(), program.section());
  }

  /** A helper that the kernel has, but not for this program. */
  static Optional<String> refusedHelper(String log) {
    return Optional.of(REFUSED_HELPER.matcher(log)).filter(Matcher::find).map(m -> m.group(1));
  }

  private Optional<Failure> ofTable(LoadRequest request, NativeError e) {
    return e.messages().stream()
        .map(TABLE::matcher)
        .filter(Matcher::find)
        .map(m -> m.group(1))
        .flatMap(
            type ->
                request.report().tables().stream()
                    .filter(table -> table.type().equals(type))
                    .flatMap(table -> table.functions().stream())
                    .filter(request.functions()::contains)
                    .map(function -> Preconditions.withoutType(function, type)))
        .findFirst();
  }

  private static Optional<Failure> ofMap(NativeError e) {
    return e.messages().stream()
        .map(MAP::matcher)
        .filter(Matcher::find)
        .map(
            m ->
                Failure.of(
                    Reason.LoadFailed,
                    "map \"%s\" cannot be made: %s".formatted(m.group(1), m.group(2))
                        + (e.errno() == Errno.ENOMEM || e.errno() == Errno.E2BIG
                            ? ": it is too large for this kernel or node"
                            : "")))
        .findFirst();
  }

  private static String log(BpfObject object, String function) {
    return object.programs().stream()
        .filter(p -> p.name().equals(function))
        .map(Program::log)
        .findFirst()
        .orElse("");
  }

  private static Optional<String> failedProgram(NativeError e) {
    return e.messages().reversed().stream()
        .map(PROGRAM::matcher)
        .filter(Matcher::find)
        .map(m -> m.group(1))
        .findFirst();
  }

  /** libbpf ends with "failed to load object"; what it said first is the cause. */
  private static String words(NativeError e) {
    return e.messages().stream()
        .filter(m -> !m.startsWith("failed to load object"))
        .filter(m -> !m.contains("PROG LOAD LOG"))
        .findFirst()
        .orElse(e.getMessage());
  }
}
