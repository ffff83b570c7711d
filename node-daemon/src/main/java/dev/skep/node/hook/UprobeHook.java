package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc.PerfEventAttributes;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.EventSource;
import dev.skep.node.target.UserBinary;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Entry or return of a function of a user binary, or an instruction in it. */
record UprobeHook(Uprobe hook, Host host) implements LinkHook {
  static final String NOT_BUILT =
      "this kernel ("
          + System.getProperty("os.version")
          + ") is built without uprobes (CONFIG_UPROBE_EVENTS)";

  @Override
  public Optional<Failure> missing() {
    return missing(hook.binary());
  }

  static Optional<Failure> missing(String binary) {
    return EventSource.find("uprobe").isEmpty()
        ? Optional.of(Failure.of(Reason.Incompatible, NOT_BUILT))
        : new UserBinary(Path.of(binary)).missing();
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    requireTarget();
    EventSource source =
        EventSource.find("uprobe").orElseThrow(() -> new Refusal(Reason.Incompatible, NOT_BUILT));
    boolean atReturn = program.section().startsWith("uretprobe");
    long config = atReturn ? source.returnBit() : 0;
    var event =
        new PerfEventAttributes(source.type(), config, 0, false, hook.binary(), at(atReturn));
    try {
      return List.of(PerfLink.create(host, program.fd(), event, 0, hook.cookie()));
    } catch (NativeError e) {
      throw e.errno() == Errno.ENOTSUPP ? unprobeable("the place of " + hook.binary(), e) : e;
    }
  }

  private long at(boolean atReturn) {
    UserBinary binary = new UserBinary(Path.of(hook.binary()), atReturn);
    long further = hook.offset() == null ? 0 : hook.offset();
    if (hook.symbol() == null) {
      binary.requireCode();
      return further;
    }
    return further == 0
        ? binary.offsetOf(hook.symbol())
        : new UserBinary(Path.of(hook.binary())).startOf(hook.symbol()) + further;
  }

  /** What the kernel answers is about an instruction: it answers so each time. */
  static Refusal unprobeable(String what, NativeError e) {
    return new Refusal(
        Reason.SymbolNotFound,
        "%s begins with an instruction that this kernel cannot probe (%s): name another"
            .formatted(what, Errno.name(e.errno())),
        e);
  }
}
