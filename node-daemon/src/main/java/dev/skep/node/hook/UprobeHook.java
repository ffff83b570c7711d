package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc.PerfEventAttributes;
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

  private UserBinary binary() {
    return new UserBinary(Path.of(hook.binary()));
  }

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
    long config = program.section().startsWith("uretprobe") ? source.returnBit() : 0;
    long start = hook.symbol() == null ? 0 : binary().offsetOf(hook.symbol());
    long offset = start + (hook.offset() == null ? 0 : hook.offset());
    var event = new PerfEventAttributes(source.type(), config, 0, false, hook.binary(), offset);
    return List.of(PerfLink.create(host, program.fd(), event, 0, hook.cookie()));
  }
}
