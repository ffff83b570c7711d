package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.BpfRevisionSpec.Needs;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.inspect.ProgramType;
import dev.skep.artifact.inspect.Since;
import dev.skep.node.target.KernelRelease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a function asks of a kernel, against what this kernel has. */
final class Preconditions {
  private final KernelProbe probe;

  Preconditions(KernelProbe probe) {
    this.probe = probe;
  }

  /**
   * What is missing for a function, as far as it is certain before it is loaded: code that
   * constants may cut away is left to the load to tell.
   */
  Optional<Failure> before(String function, String section, Needs needs) {
    return missing(function, section, needs, !needs.conditional(), null);
  }

  /**
   * What may be the cause that a function cannot be loaded.
   *
   * @param refused the helper that the verifier knows, and does not let this function call; or null
   */
  Optional<Failure> after(String function, String section, Needs needs, String refused) {
    return missing(function, section, needs, true, refused);
  }

  /** Why the kernel takes no program of the function's kind, if so. */
  Optional<Failure> kind(String function, String section) {
    String type = ProgramType.ofSection(section).name();
    return probe
        .lacking(ProgramType.kind(section))
        .flatMap(cause -> failure(function, function + " is of type " + type + ": " + cause));
  }

  private Optional<Failure> missing(
      String function, String section, Needs needs, boolean code, String refused) {
    return kind(function, section).or(() -> beside(function, section, needs, code, refused));
  }

  private Optional<Failure> beside(
      String function, String section, Needs needs, boolean code, String refused) {
    if (needs.kernelBtf() && !probe.btf().isThere()) {
      return failure(
          function,
          function
              + " is adapted to the kernel's types when it is loaded, and this kernel"
              + release()
              + " does not tell them in /sys/kernel/btf/vmlinux: it takes one built with"
              + " CONFIG_DEBUG_INFO_BTF");
    }
    List<String> missing = new ArrayList<>();
    needs.mapTypes().stream()
        .filter(type -> !probe.makesMaps(type))
        .forEach(type -> missing.add("maps of type " + type + since(Since.map(type))));
    probe.btf().missing(needs.kfuncs()).forEach(name -> missing.add("the kernel function " + name));
    if (code) {
      String kind = ProgramType.kind(section);
      needs.helpers().stream()
          .filter(helper -> probe.lacksHelper(kind, helper) || comesLater(helper, kind, refused))
          .forEach(
              helper -> missing.add("the helper " + helper + since(Since.helper(helper, kind))));
      probe.btf().missing(needs.kernelTypes()).forEach(name -> missing.add(words(name)));
    }
    String where =
        missing.stream().anyMatch(m -> m.contains("helper"))
            ? " for programs of type " + ProgramType.ofSection(section).name()
            : "";
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(needs(function, String.join(", ", missing), where));
  }

  /** The kernel calls no tables of that type. */
  static Failure withoutType(String function, String type) {
    return needs(function, words(type), "");
  }

  private static Failure needs(String function, String what, String where) {
    return Failure.of(
        Reason.Incompatible,
        "%s needs %s, which this kernel%s does not have%s"
            .formatted(function, what, release(), where),
        function);
  }

  /** What no kernel lets programs of that kind call is the program's fault. */
  private static boolean comesLater(String helper, String kind, String refused) {
    return helper.equals(refused)
        && Since.laterHelper(helper, kind).filter(KernelRelease.current()::isBefore).isPresent();
  }

  private static String words(String name) {
    return (name.contains(":")
            ? "the enumerator "
            : name.contains(".") ? "the field " : "the type ")
        + name;
  }

  private static Optional<Failure> failure(String function, String message) {
    return Optional.of(Failure.of(Reason.Incompatible, message, function));
  }

  private static String since(Optional<String> version) {
    return version.map(v -> " (Linux " + v + ")").orElse("");
  }

  private static String release() {
    return " (" + System.getProperty("os.version") + ")";
  }
}
