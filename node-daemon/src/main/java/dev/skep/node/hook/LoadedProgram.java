package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import java.util.Optional;
import java.util.function.Function;

/**
 * A program in the kernel, to be attached.
 *
 * @param fd its descriptor, which the caller closes
 * @param program whose it is, as NAMESPACE/NAME
 * @param load the load of that program that it is of
 * @param function ELF symbol
 * @param section its ELF section, which says what no kernel tells of a loaded program: entry or
 *     return, which of a control group's calls
 * @param maps opens a map of its load by the object's name for it, for the caller to close
 * @param programs opens a program of its load by its function, for the caller to close
 * @param tables a table of functions of its load by the object's name for it
 */
public record LoadedProgram(
    Fd fd,
    String program,
    String load,
    String function,
    String section,
    Function<String, Fd> maps,
    Function<String, Fd> programs,
    Function<String, Optional<FunctionTable>> tables) {
  /**
   * Opens a map of its load, for the caller to close.
   *
   * @throws Refusal UnknownMap
   */
  Fd map(String name) {
    try {
      return maps.apply(name);
    } catch (NativeError e) {
      throw e.errno() == Errno.ENOENT
          ? new Refusal(Reason.UnknownMap, "the object has no map \"" + name + "\"", e)
          : e;
    }
  }
}
