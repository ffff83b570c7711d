package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpAction;
import dev.skep.node.dispatch.Member;
import dev.skep.node.dispatch.Place;
import dev.skep.node.dispatch.XdpInterfaces.Standing;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.Xdp.Mode;
import dev.skep.node.target.Network;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Packets as an interface receives them. Its programs share the interface's one link, so who stands
 * behind it is what {@link dev.skep.node.dispatch} keeps.
 */
record XdpHook(Xdp hook, Host host, Network network) implements KeptHook {
  // linux/if_link.h
  private static final int XDP_FLAGS_SKB_MODE = 1 << 1;
  private static final int XDP_FLAGS_DRV_MODE = 1 << 2;

  private Device device() {
    return Device.of(hook, network, host);
  }

  @Override
  public Optional<Failure> missing() {
    return device().missing();
  }

  @Override
  public String attach(LoadedProgram program) {
    int ifindex = device().requireIndex();
    Place place = new Place(network.number(), ifindex, "interface " + device().name(), mode());
    try {
      return host.xdp().join(place, member(program), fd -> attach(fd, ifindex));
    } catch (NativeError e) {
      if (e.errno() == Errno.EBUSY || e.errno() == Errno.EEXIST) {
        throw busy(ifindex);
      }
      throw e;
    }
  }

  private Member member(LoadedProgram program) {
    int proceedOn = 0;
    for (XdpAction action : hook.proceedOn()) {
      proceedOn |= 1 << action.ordinal();
    }
    return new Member(
        program.program(),
        program.load(),
        program.function(),
        hook.priority(),
        proceedOn,
        program.section().startsWith("xdp.frags"));
  }

  private Optional<Mode> mode() {
    return switch (hook.mode()) {
      case Auto -> Optional.empty();
      case Native -> Optional.of(Mode.NATIVE);
      case Generic -> Optional.of(Mode.GENERIC);
    };
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
        Reason.InterfaceBusy,
        "interface " + device().name() + " runs an XDP program already: " + owner);
  }

  /** Whose it is no kernel knows; its name and id let bpftool find it. */
  private String foreign(int id) {
    try (Fd program = host.libbpf().programById(id)) {
      return "\"" + host.libbpf().programInfo(program).name() + "\", id " + id + ", not Skep's";
    } catch (NativeError unknown) {
      return "id " + id + ", not Skep's";
    }
  }

  private Optional<Standing> standing(String kept, LoadedProgram program) {
    // What the name stands for now may be another interface than the one that was attached to.
    OptionalInt index = device().index();
    return index.isEmpty()
        ? Optional.empty()
        : host.xdp().standing(kept, member(program)).filter(s -> s.ifindex() == index.getAsInt());
  }

  @Override
  public OptionalInt attached(String kept, LoadedProgram program) {
    return standing(kept, program).isPresent()
        ? OptionalInt.of(host.libbpf().programInfo(program.fd()).id())
        : OptionalInt.empty();
  }

  @Override
  public List<Integer> links(String kept, LoadedProgram program) {
    return standing(kept, program).stream().map(Standing::linkId).toList();
  }

  @Override
  public boolean replacesInPlace() {
    return true;
  }

  @Override
  public void replace(String kept, LoadedProgram old, LoadedProgram by) {
    host.xdp().replace(kept, member(old), member(by));
  }

  @Override
  public void detach(String kept, LoadedProgram program) {
    host.xdp().leave(kept, member(program));
  }

  @Override
  public boolean isOfNetwork() {
    return true;
  }
}
