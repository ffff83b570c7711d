package dev.skep.node.libbpf;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What Skep asks of libbpf. Every method throws {@link NativeError} when libbpf or the kernel says
 * no. Thread-safe.
 */
public interface Libbpf {
  /**
   * This process's libbpf, loaded at the first call.
   *
   * @throws NativeError when it is not installed, with the package to install
   */
  static Libbpf get() {
    Symbols.requireLibbpf();
    return NativeLibbpf.INSTANCE;
  }

  /** Binds what a load will need, and changes nothing: takes a while, to be done beforehand. */
  void rehearse();

  /** libbpf's own version, e.g. v1.4. */
  String version();

  /** CPUs for which a per-CPU map holds values. */
  int possibleCpus();

  /**
   * Reads an object; nothing reaches the kernel yet.
   *
   * @param elf its bytes
   * @param name what the kernel's names of its .bss and .data begin with
   */
  BpfObject open(byte[] elf, String name);

  /** Pins what a descriptor stands for. */
  void pin(int fd, String path);

  /** Opens what is pinned at a path: a program, a map or a link. */
  Fd open(String path);

  ProgramInfo programInfo(Fd program);

  MapInfo mapInfo(Fd map);

  LinkInfo linkInfo(Fd link);

  /** A program of any owner. Needs CAP_SYS_ADMIN. */
  Fd programById(int id);

  /** Loads a program of two instructions, to see whether the kernel takes its kind. */
  Fd loadProbe(ProbeProgram program);

  /**
   * Whether programs of a type may call a helper function; empty when the kernel cannot be asked,
   * as for programs that are loaded for a function.
   */
  Optional<Boolean> knowsHelper(int programType, int helper);

  /** The id of a kernel function or tracepoint in the kernel's own BTF. */
  int kernelBtfId(String name, int attachType);

  /**
   * Whether the kernel makes maps of this type (enum bpf_map_type).
   *
   * @throws NativeError where the node has no room to try now, which says nothing of the kernel
   */
  boolean makesMaps(int type);

  /**
   * Attaches a program.
   *
   * @param program a loaded one
   * @param target what the attach type asks for: a descriptor or an interface's index
   * @param attachType enum bpf_attach_type
   * @param flags as the attach type has them
   */
  Fd createLink(Fd program, int target, int attachType, int flags);

  /** Lets a link run another program from now on. */
  void updateLink(Fd link, Fd program);

  /** Detaches what a link attached, at once, though the link may be pinned. */
  void detachLink(Fd link);

  /**
   * Attaches to a raw tracepoint.
   *
   * @param name the tracepoint's, or null for a program that was loaded for one
   */
  Fd openRawTracepoint(String name, Fd program);

  /** The id of the XDP program on an interface, whoever put it there. */
  OptionalInt xdpProgram(int ifindex);

  /** Lets the kernel count runs and run time, until the descriptor is closed. */
  Fd enableStatistics();

  /** Reads a map from its begin to its end; to be closed. */
  MapReader reader(Fd map);

  /** Looks up and changes entries of a map; to be closed. */
  MapWriter writer(Fd map);
}
