package dev.skep.node.libbpf;

import java.util.Optional;

/**
 * What programs that share an interface ask of libbpf and libc, beside {@link Libbpf}. Every method
 * throws {@link NativeError} when the kernel says no. Thread-safe.
 */
public interface Xdp {
  /** BPF_F_XDP_HAS_FRAGS: the program knows packets of more than one piece. */
  int HAS_FRAGS = 1 << 5;

  /** This process's libbpf. */
  static Xdp get() {
    Symbols.requireLibbpf();
    return NativeXdp.INSTANCE;
  }

  /** How a program stands on an interface. */
  enum Mode {
    NATIVE,
    GENERIC
  }

  /**
   * What an interface runs.
   *
   * @param programId the kernel's id of the program
   */
  record OnInterface(int programId, Mode mode) {}

  /** What runs on an interface of the calling thread's network namespace, whoever put it there. */
  Optional<OnInterface> query(int ifindex);

  /**
   * Puts another program in the place of one that stands without a link, by netlink.
   *
   * @param expected what stands there now; EEXIST when it does not any more
   */
  void replace(int ifindex, Mode mode, Fd expected, Fd program);

  /** Takes a program away that stands without a link. */
  void detach(int ifindex, Mode mode, Fd expected);

  /** The id of a function in the BTF that a program was loaded with. */
  int functionId(Fd program, String function);

  /**
   * Puts a program in the place of a function of another one, for as long as the link is held.
   *
   * @param extension loaded as a replacement of a function with the same arguments
   * @param target the program whose function it replaces
   * @param functionId the function's id in the target's BTF
   */
  Fd replaceFunction(Fd extension, Fd target, int functionId);

  /**
   * The value of the only map of a program, which has one entry: its constants. Empty when it has
   * more maps, or none. Needs CAP_SYS_ADMIN.
   */
  Optional<byte[]> constants(Fd program);

  /** Returns when every packet that was on its way through a program at the call is out of it. */
  void awaitReaders();

  /** Takes the exclusive lock of a file (flock), or says that another process holds it. */
  boolean tryLock(Fd file);
}
