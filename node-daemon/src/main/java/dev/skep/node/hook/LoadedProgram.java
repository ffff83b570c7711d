package dev.skep.node.hook;

import dev.skep.node.libbpf.Fd;
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
 */
public record LoadedProgram(
    Fd fd,
    String program,
    String load,
    String function,
    String section,
    Function<String, Fd> maps) {}
