package dev.skep.node.hook;

import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Iter;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.KprobeMulti;
import dev.skep.api.v1alpha1.hook.Lsm;
import dev.skep.api.v1alpha1.hook.LsmCgroup;
import dev.skep.api.v1alpha1.hook.Netfilter;
import dev.skep.api.v1alpha1.hook.Netkit;
import dev.skep.api.v1alpha1.hook.NetworkHook;
import dev.skep.api.v1alpha1.hook.PerfEvent;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.Sockmap;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.api.v1alpha1.hook.Syscall;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.UprobeMulti;
import dev.skep.api.v1alpha1.hook.Usdt;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.node.target.Network;

/** Makes the hook that an attachment asks for. */
public final class Hooks {
  private final Host host;
  private volatile KernelHas has;

  public Hooks(Host host) {
    this.host = host;
  }

  /**
   * @param has which of two ways to attach the kernel has, or is to be taken to have
   */
  public Hooks(Host host, KernelHas has) {
    this.host = host;
    this.has = has;
  }

  /** Asked of the kernel when it is first needed. */
  private KernelHas has() {
    KernelHas known = has;
    if (known == null) {
      known = KernelHas.ask(host.libbpf());
      has = known;
    }
    return known;
  }

  /**
   * A hook that was narrowed to one target.
   *
   * @param network the network namespace that the target is found in
   */
  public HookType of(Hook hook, Network network) {
    return switch (hook) {
      case Tracepoint h -> new TracepointHook(h, host);
      case RawTracepoint h -> new RawTracepointHook(h, host);
      case Kprobe h -> new KprobeHook(h, host);
      case KprobeMulti h -> new KprobeMultiHook(h, host);
      case Fentry h -> new FentryHook(h, host);
      case Lsm h -> new LsmHook(h, host);
      case LsmCgroup h -> new LsmCgroupHook(h, host);
      case Uprobe h -> new UprobeHook(h, host);
      case UprobeMulti h -> new UprobeMultiHook(h, host);
      case Usdt h -> new UsdtHook(h, host);
      case Xdp h -> new XdpHook(h, host, network);
      case Tc h -> has().tcx() ? new TcxHook(h, host, network) : new ClsactHook(h, host, network);
      case Netkit h -> new NetkitHook(h, host, network);
      case Cgroup h -> new CgroupHook(h, host);
      case PerfEvent h -> new PerfEventHook(h, host);
      case NetworkHook h -> new NetnsHook(h, host, network);
      case Sockmap h -> new SockmapHook(h, host);
      case Netfilter h -> new NetfilterHook(h, host);
      case Iter h -> new IterHook(h, host);
      case StructOps h ->
          has().tableLinks() ? new StructOpsHook(h, host) : new RegisteredTableHook(h, host);
      case Syscall h -> new SyscallHook(h, host);
    };
  }
}
