package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Netkit;
import dev.skep.node.libbpf.Fd;
import java.util.List;
import java.util.Optional;

/** Packets that a netkit device sends. */
record NetkitHook(Netkit hook, Host host) implements LinkHook {
  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  @Override
  public boolean isOfNetwork() {
    return true;
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    throw new Refusal(Reason.Incompatible, Words.of(hook) + " is not attached by this version");
  }
}
