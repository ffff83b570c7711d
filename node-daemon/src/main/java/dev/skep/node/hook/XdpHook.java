package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NativeError;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Packets as an interface receives them; one program an interface. */
record XdpHook(Xdp hook, Host host) implements LinkHook {
  // linux/if_link.h
  private static final int XDP_FLAGS_SKB_MODE = 1 << 1;
  private static final int XDP_FLAGS_DRV_MODE = 1 << 2;

  private String name() {
    return hook.interfaces().getFirst();
  }

  @Override
  public Optional<Failure> missing() {
    return host.interfaces().missing(name());
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    int ifindex = host.interfaces().require(name());
    try {
      return List.of(attach(program.fd(), ifindex));
    } catch (NativeError e) {
      if (e.errno() == Errno.EBUSY || e.errno() == Errno.EEXIST) {
        throw busy(ifindex);
      }
      throw e;
    }
  }

  private Fd attach(Fd program, int ifindex) {
    return switch (hook.mode()) {
      case Native -> link(program, ifindex, XDP_FLAGS_DRV_MODE);
      case Generic -> link(program, ifindex, XDP_FLAGS_SKB_MODE);
      case Auto -> {
        // Without a mode the kernel takes the driver's where it has one, and does not go on to
        // the generic one when the driver refuses (offloads, MTU).
        try {
          yield link(program, ifindex, 0);
        } catch (NativeError e) {
          if (e.errno() == Errno.EBUSY || e.errno() == Errno.EEXIST || e.errno() == Errno.EPERM) {
            throw e;
          }
          yield link(program, ifindex, XDP_FLAGS_SKB_MODE);
        }
      }
    };
  }

  private Fd link(Fd program, int ifindex, int flags) {
    return host.libbpf().createLink(program, ifindex, AttachType.XDP, flags);
  }

  private Refusal busy(int ifindex) {
    OptionalInt id = host.libbpf().xdpProgram(ifindex);
    String owner =
        id.isEmpty()
            ? "another program"
            : host.owner()
                .apply(id.getAsInt())
                .map(program -> "BpfProgram " + program)
                .orElseGet(() -> foreign(id.getAsInt()));
    return new Refusal(
        Reason.InterfaceBusy, "interface " + name() + " runs an XDP program already: " + owner);
  }

  /** Whose it is no kernel knows; its name and id let bpftool find it. */
  private String foreign(int id) {
    try (Fd program = host.libbpf().programById(id)) {
      return "\"" + host.libbpf().programInfo(program).name() + "\", id " + id + ", not Skep's";
    } catch (NativeError unknown) {
      return "id " + id + ", not Skep's";
    }
  }

  @Override
  public boolean replacesInPlace() {
    return true;
  }

  @Override
  public boolean detachesAtOnce() {
    return true;
  }

  @Override
  public boolean isOfNetwork() {
    return true;
  }

  @Override
  public boolean holds(LinkInfo link) {
    OptionalInt index = host.interfaces().index(name());
    return index.isPresent() && index.getAsInt() == link.ifindex();
  }
}
