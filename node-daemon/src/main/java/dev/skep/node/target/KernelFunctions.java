package dev.skep.node.target;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The kernel's own functions. */
public final class KernelFunctions {
  private KernelFunctions() {}

  /** Why there is no such function, or empty when there is. Reads the whole list: slow. */
  public static Optional<Failure> missing(String function) {
    Set<String> names = new HashSet<>();
    try (Stream<String> symbols = Files.lines(Path.of("/proc/kallsyms"))) {
      symbols
          .map(line -> line.split("[ \t]"))
          .filter(fields -> fields.length > 2 && fields[1].equalsIgnoreCase("t"))
          .forEach(fields -> names.add(fields[2]));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
    return names.contains(function)
        ? Optional.empty()
        : Optional.of(
            Failure.of(
                Reason.FunctionNotFound,
                "function "
                    + function
                    + " does not exist in this kernel ("
                    + System.getProperty("os.version")
                    + ")"
                    + Hint.nearest(function, names)));
  }
}
