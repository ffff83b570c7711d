package dev.skep.node.hook;

import dev.skep.node.libbpf.Fd;

/** Attaching a program that was loaded for one function of the kernel, which it is attached to. */
final class Trampoline {
  private Trampoline() {}

  static Fd attach(Host host, LoadedProgram program, int attachType, Long cookie) {
    long number = Cookies.of(cookie);
    // Without a cookie by the call that older kernels know too.
    return number == 0
        ? host.links().rawTracepoint(null, program.fd(), 0)
        : Cookies.attach(
            number, "5.18", () -> host.links().tracing(program.fd(), attachType, number));
  }
}
