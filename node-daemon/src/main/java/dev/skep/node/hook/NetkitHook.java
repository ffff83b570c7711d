package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Netkit;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Network;
import java.util.List;

/** Packets that a netkit device or its peer sends; the device is named, for both ends. */
record NetkitHook(Netkit hook, Host host, Network network) implements OrderedHook {
  @Override
  public List<Fd> attach(LoadedProgram program) {
    int type =
        switch (hook.end()) {
          case Primary -> AttachType.NETKIT_PRIMARY;
          case Peer -> AttachType.NETKIT_PEER;
        };
    try {
      return List.of(attach(program, type));
    } catch (NativeError e) {
      throw explained(e);
    }
  }

  private RuntimeException explained(NativeError e) {
    return switch (e.errno()) {
      // drivers/net/netkit.c, netkit_dev_fetch
      case Errno.ENXIO ->
          new Refusal(
              Reason.WrongAttachType,
              "netkit.interfaces: " + device().name() + " is no netkit device",
              e);
      case Errno.EACCES ->
          new Refusal(
              Reason.WrongAttachType,
              "netkit.interfaces: "
                  + device().name()
                  + " is a netkit pair's peer: name the primary device, and write end: Peer",
              e);
      default -> e;
    };
  }

  @Override
  public boolean sharesPlace(Hook other) {
    return other instanceof Netkit netkit
        && netkit.interfaces().equals(hook.interfaces())
        && netkit.end() == hook.end();
  }

  @Override
  public boolean holds(LinkInfo link) {
    return switch (hook.end()) {
      case Primary -> device().holds(link);
      // Its index is the peer's, in the peer's network (netkit_link_fill_info); both ends go at
      // once.
      case Peer -> link.ifindex() != 0 && device().index().isPresent();
    };
  }
}
