package dev.skep.node.dispatch;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.Xdp;
import java.util.ArrayList;
import java.util.List;

/** Makes dispatchers whose slots are filled. */
final class Dispatchers {
  private final Libbpf libbpf;
  private final Xdp xdp;
  private final DispatcherObject object;

  Dispatchers(Libbpf libbpf, Xdp xdp, DispatcherObject object) {
    this.libbpf = libbpf;
    this.xdp = xdp;
    this.object = object;
  }

  /** A dispatcher and, slot by slot, the links that fill it. All of it ends when it is closed. */
  record Filled(Fd program, int id, List<Fd> slots) implements AutoCloseable {
    @Override
    public void close() {
      slots.forEach(Fd::close);
      program.close();
    }
  }

  /**
   * Loads a dispatcher and fills it.
   *
   * @param extensions one for each slot of the configuration
   */
  Filled fill(DispatcherConfig config, List<Fd> extensions) {
    object
        .lacking()
        .ifPresent(
            cause -> {
              throw new Refusal(
                  Reason.InterfaceBusy,
                  "several XDP programs on one need freplace, and " + cause.message());
            });
    Fd program = object.load(config);
    List<Fd> slots = new ArrayList<>();
    try {
      for (int i = 0; i < extensions.size(); i++) {
        int function = xdp.functionId(program, DispatcherObject.slot(i));
        slots.add(xdp.replaceFunction(extensions.get(i), program, function));
      }
      return new Filled(program, libbpf.programInfo(program).id(), slots);
    } catch (RuntimeException e) {
      slots.forEach(Fd::close);
      program.close();
      throw e;
    }
  }
}
