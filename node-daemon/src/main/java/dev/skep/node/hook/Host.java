package dev.skep.node.hook;

import dev.skep.node.dispatch.XdpInterfaces;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.Links;
import dev.skep.node.target.Cgroups;
import dev.skep.node.target.Interfaces;
import dev.skep.node.target.Tracepoints;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What hooks look things up in.
 *
 * @param libbpf to attach with
 * @param links to attach with what libbpf has no options for
 * @param libc to open targets with
 * @param tracepoints of this kernel
 * @param interfaces of this network namespace
 * @param cgroups of this node
 * @param xdp the XDP programs of each interface
 * @param owner which of our programs (namespace/name) a kernel program id belongs to
 */
public record Host(
    Libbpf libbpf,
    Links links,
    Libc libc,
    Tracepoints tracepoints,
    Interfaces interfaces,
    Cgroups cgroups,
    XdpInterfaces xdp,
    IntFunction<Optional<String>> owner) {

  /** The host that this process runs on. */
  public static Host current(
      Libbpf libbpf, Libc libc, XdpInterfaces xdp, IntFunction<Optional<String>> owner) {
    return new Host(
        libbpf,
        Links.get(),
        libc,
        Tracepoints.ofThisKernel(),
        new Interfaces(libc::interfaceIndex),
        Cgroups.ofThisNode(),
        xdp,
        owner);
  }
}
