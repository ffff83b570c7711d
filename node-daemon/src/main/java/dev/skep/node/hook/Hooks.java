package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Attach;

/** Makes the hook that an attachment asks for. */
public final class Hooks {
  private final Host host;

  public Hooks(Host host) {
    this.host = host;
  }

  /** A hook that was narrowed to one target. */
  public HookType of(Attach.Hook hook) {
    return switch (hook) {
      case Attach.Tracepoint h -> new TracepointHook(h, host);
      case Attach.RawTracepoint h -> new RawTracepointHook(h, host);
      case Attach.Kprobe h -> new KprobeHook(h, host);
      case Attach.Fentry h -> new FentryHook(h, host);
      case Attach.Uprobe h -> new UprobeHook(h, host);
      case Attach.Xdp h -> new XdpHook(h, host);
      case Attach.Tc h -> new TcHook(h, host);
      case Attach.Cgroup h -> new CgroupHook(h, host);
      case Attach.PerfEvent h -> new PerfEventHook(h, host);
    };
  }
}
