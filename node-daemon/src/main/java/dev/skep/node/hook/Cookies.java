package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.KernelRelease;
import java.util.function.Supplier;

/** The number that a program reads with bpf_get_attach_cookie(). */
final class Cookies {
  private Cookies() {}

  static long of(Long cookie) {
    return cookie == null ? 0 : cookie;
  }

  /**
   * Attaches; a kernel that knows no cookie there takes it for an invalid argument.
   *
   * @param since the first release that knows one
   */
  static Fd attach(long cookie, String since, Supplier<Fd> attach) {
    try {
      return attach.get();
    } catch (NativeError e) {
      boolean older = KernelRelease.current().isBefore(since);
      if (cookie != 0 && older && e.errno() == Errno.EINVAL) {
        throw new Refusal(
            Reason.Incompatible,
            "a cookie is not possible here on this kernel (%s): Linux %s has it"
                .formatted(System.getProperty("os.version"), since),
            e);
      }
      throw e;
    }
  }
}
