package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Lsm;
import dev.skep.node.libbpf.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A hook of the Linux Security Modules, chosen when the program was loaded. */
record LsmHook(Lsm hook, Host host) implements LinkHook {
  private static final Path ACTIVE = Path.of("/sys/kernel/security/lsm");

  @Override
  public Optional<Failure> missing() {
    return inactive().map(why -> Failure.of(Reason.Incompatible, why));
  }

  /**
   * A program would attach to modules that are not active, and never run. Empty also where no
   * securityfs is mounted to tell.
   */
  static Optional<String> inactive() {
    try {
      String active = Files.readString(ACTIVE).strip();
      return Arrays.asList(active.split(",")).contains("bpf")
          ? Optional.empty()
          : Optional.of(
              "bpf is not among this node's active security modules (%s): boot it with lsm=%s,bpf"
                  .formatted(active, active));
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    requireTarget();
    return List.of(Trampoline.attach(host, program, AttachType.LSM_MAC, hook.cookie()));
  }
}
