package dev.skep.node.libbpf;

import java.util.List;

/**
 * What is done with loaded programs where no link stands for it. Every method throws {@link
 * NativeError} when the kernel says no. Thread-safe.
 */
public interface Programs {
  /** This process's libbpf. */
  static Programs get() {
    Symbols.requireLibbpf();
    return NativePrograms.INSTANCE;
  }

  /** Attaches a program, in the place of one that is there where only one can be. */
  void attach(Fd program, Fd target, int attachType);

  /** Detaches a program; ENOENT when it is not attached there. */
  void detach(Fd program, Fd target, int attachType);

  /** The kernel's ids of the programs that are attached. */
  List<Integer> attached(Fd target, int attachType);

  /** Runs a program of type syscall once, without a context, and returns what it returns. */
  int run(Fd program);
}
