package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Usdt;
import dev.skep.node.libbpf.Fd;
import java.util.List;
import java.util.Optional;

/** A static probe of a binary. */
record UsdtHook(Usdt hook, Host host) implements LinkHook {
  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    throw new Refusal(Reason.Incompatible, Words.of(hook) + " is not attached by this version");
  }
}
