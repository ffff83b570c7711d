package dev.skep.node.target;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The kernel's own functions. Reads whole lists of them: slow. */
public final class KernelFunctions {
  private static final Path SYMBOLS = Path.of("/proc/kallsyms");
  private static final List<Path> TRACEABLE =
      List.of(
          Path.of("/sys/kernel/tracing/available_filter_functions"),
          Path.of("/sys/kernel/debug/tracing/available_filter_functions"));

  /** Patterns that match more are mistakes, and take the kernel seconds. */
  public static final int MOST = 10_000;

  private static final Path MODULES = Path.of("/proc/modules");
  private static final Fruitless FRUITLESS = new Fruitless();

  private KernelFunctions() {}

  /** Why there is no such function, or empty when there is. */
  public static Optional<Failure> missing(String function) {
    return missing(List.of(function));
  }

  /** Why one of several functions is not there, or empty when all are. */
  public static Optional<Failure> missing(Collection<String> functions) {
    Set<String> names = new HashSet<>();
    try (Stream<String> symbols = Files.lines(SYMBOLS)) {
      symbols
          .map(line -> line.split("[ \t]"))
          .filter(fields -> fields.length > 2 && fields[1].equalsIgnoreCase("t"))
          .forEach(fields -> names.add(fields[2]));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
    return functions.stream()
        .filter(function -> !names.contains(function))
        .findFirst()
        .map(function -> notFound(function, names));
  }

  private static Failure notFound(String function, Set<String> names) {
    return Failure.of(
        Reason.FunctionNotFound,
        "function "
            + function
            + " does not exist in this kernel ("
            + System.getProperty("os.version")
            + ")"
            + Hint.nearest(function, names));
  }

  /**
   * The functions whose names match, of those that can be traced.
   *
   * @param pattern as {@link Glob} has it
   * @throws Refusal NoTarget when there is none, TooLarge when there are more than {@link #MOST},
   *     Incompatible when the kernel does not list them
   */
  public static List<String> matching(String pattern) {
    return FRUITLESS.search(pattern, modules(), () -> search(pattern));
  }

  /** Why a pattern matched nothing when it was last tried, and would not now. Cheap. */
  public static Optional<Failure> unmatched(String pattern) {
    return FRUITLESS.known(pattern, modules());
  }

  /** What changes when functions come and go. */
  private static String modules() {
    try {
      return Files.readString(MODULES);
    } catch (IOException none) {
      return "";
    }
  }

  private static List<String> search(String pattern) {
    Glob wanted = new Glob(pattern);
    TreeSet<String> found = new TreeSet<>();
    for (String function : traceable()) {
      if (wanted.matches(function)) {
        found.add(function);
      }
    }
    if (found.isEmpty()) {
      throw new Refusal(
          Reason.NoTarget,
          "pattern %s matches no function of this kernel (%s) that can be traced"
              .formatted(pattern, System.getProperty("os.version")));
    }
    if (found.size() > MOST) {
      throw new Refusal(
          Reason.TooLarge,
          "pattern %s matches %d functions of this kernel, of which %d can be traced at once"
              .formatted(pattern, found.size(), MOST));
    }
    return List.copyOf(found);
  }

  private static List<String> traceable() {
    Path list =
        TRACEABLE.stream()
            .filter(Files::isReadable)
            .findFirst()
            .orElseThrow(
                () ->
                    new Refusal(
                        Reason.Incompatible,
                        "a pattern of functions needs "
                            + TRACEABLE.getFirst()
                            + ": mount tracefs there, and have a kernel with"
                            + " CONFIG_FUNCTION_TRACER"));
    List<String> names = new ArrayList<>();
    try (Stream<String> lines = Files.lines(list)) {
      lines
          .map(line -> line.split("[ \t]", 2)[0])
          // What the linker dropped has no name of its own.
          .filter(name -> !name.startsWith("__ftrace_invalid_address"))
          .forEach(names::add);
    } catch (IOException e) {
      throw new Refusal(Reason.Incompatible, list + " cannot be read: " + e.getMessage(), e);
    }
    return names;
  }
}
