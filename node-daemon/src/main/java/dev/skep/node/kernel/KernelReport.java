package dev.skep.node.kernel;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.artifact.inspect.HelperNames;
import dev.skep.artifact.inspect.ProgramType;
import dev.skep.artifact.inspect.Since;
import dev.skep.node.hook.HookSupport;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Cgroups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that can be said of this kernel and of what this process may do with it.
 *
 * @param kernel what a node's status says of it
 * @param bpffs where one is mounted; empty when none is
 * @param libbpf version
 * @param capabilities of this process that eBPF asks for
 * @param kinds of programs
 * @param helpers by program type, the functions that its programs may call; empty unless asked for
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record KernelReport(
    KernelFacts kernel,
    List<String> bpffs,
    String libbpf,
    List<String> capabilities,
    List<Kind> kinds,
    Map<String, List<String>> helpers) {

  /**
   * One kind of programs.
   *
   * @param name as its section is called
   * @param hook the field of attach that it goes into
   * @param usable whether this kernel takes and attaches it
   * @param cause why not
   * @param since the Linux version that had it first
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Kind(String name, String hook, boolean usable, String cause, String since) {}

  /**
   * Asks this kernel.
   *
   * @param helpers whether to ask for each helper function too, which takes a while
   */
  public static KernelReport ofThisKernel(boolean helpers) {
    Libbpf libbpf = Libbpf.get();
    KernelProbe probe = new KernelProbe(libbpf, Cgroups.ofThisNode());
    List<Kind> kinds = Since.kinds().stream().map(name -> kind(name, probe.lacking(name))).toList();
    return new KernelReport(
        probe.facts(),
        mounted(),
        libbpf.version(),
        Capabilities.own().names(),
        kinds,
        helpers ? helpers(libbpf, kinds) : Map.of());
  }

  private static Kind kind(String name, Optional<String> cause) {
    return new Kind(
        name,
        ProgramType.ofSection(name).hookName(),
        cause.isEmpty(),
        cause.orElse(null),
        Since.kind(name).orElse(null));
  }

  private static Map<String, List<String>> helpers(Libbpf libbpf, List<Kind> kinds) {
    Map<Integer, List<String>> byType = new TreeMap<>();
    Map<String, List<String>> helpers = new TreeMap<>();
    for (Kind kind : kinds.stream().filter(Kind::usable).toList()) {
      int type = HookSupport.programType(kind.name());
      List<String> known = byType.computeIfAbsent(type, t -> helpers(libbpf, t));
      if (!known.isEmpty()) {
        helpers.put(kind.name(), known);
      }
    }
    return helpers;
  }

  private static List<String> helpers(Libbpf libbpf, int type) {
    List<String> known = new ArrayList<>();
    for (int helper = 1; helper < HelperNames.count(); helper++) {
      if (libbpf.knowsHelper(type, helper).orElse(false)) {
        known.add(HelperNames.of(helper));
      }
    }
    return known;
  }

  private static List<String> mounted() {
    return lines(Path.of("/proc/self/mounts"))
        .map(line -> line.split(" "))
        .filter(fields -> fields.length > 2 && fields[2].equals("bpf"))
        .map(fields -> fields[1])
        .toList();
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
