package dev.skep.node.hook;

import dev.skep.node.dispatch.XdpInterfaces;
import dev.skep.node.libbpf.Filters;
import dev.skep.node.libbpf.FunctionTables;
import dev.skep.node.libbpf.Iterators;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.Links;
import dev.skep.node.libbpf.NetworkLinks;
import dev.skep.node.libbpf.Programs;
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
 * @param iterators to make iterators with
 * @param networkLinks to attach to hooks of the network with
 * @param programs to attach and run programs without links
 * @param filters to attach below clsact
 * @param tables to register tables of functions with
 * @param libc to open targets with
 * @param tracepoints of this kernel
 * @param interfaces of this network namespace
 * @param cgroups of this node
 * @param xdp the XDP programs of each interface
 * @param owner which of our programs (namespace/name) a kernel program id belongs to
 * @param neighbours attachments of ours
 */
public record Host(
    Libbpf libbpf,
    Links links,
    Iterators iterators,
    NetworkLinks networkLinks,
    Programs programs,
    Filters filters,
    FunctionTables tables,
    Libc libc,
    Tracepoints tracepoints,
    Interfaces interfaces,
    Cgroups cgroups,
    XdpInterfaces xdp,
    IntFunction<Optional<String>> owner,
    Neighbour.Finder neighbours) {

  /** The host that this process runs on. */
  public static Host current(
      Libbpf libbpf,
      Libc libc,
      XdpInterfaces xdp,
      IntFunction<Optional<String>> owner,
      Neighbour.Finder neighbours) {
    return new Host(
        libbpf,
        Links.get(),
        Iterators.get(),
        NetworkLinks.get(),
        Programs.get(),
        Filters.get(),
        FunctionTables.get(),
        libc,
        Tracepoints.ofThisKernel(),
        new Interfaces(libc::interfaceIndex),
        Cgroups.ofThisNode(),
        xdp,
        owner,
        neighbours);
  }
}
