package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.FlowDissector;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Iter;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.KprobeMulti;
import dev.skep.api.v1alpha1.hook.Lsm;
import dev.skep.api.v1alpha1.hook.LsmCgroup;
import dev.skep.api.v1alpha1.hook.Netfilter;
import dev.skep.api.v1alpha1.hook.Netkit;
import dev.skep.api.v1alpha1.hook.PerfEvent;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.api.v1alpha1.hook.Sockmap;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.api.v1alpha1.hook.Syscall;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.UprobeMulti;
import dev.skep.api.v1alpha1.hook.Usdt;
import dev.skep.api.v1alpha1.hook.Xdp;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import java.util.stream.Stream;

/** Where a program is attached: exactly one hook with its target. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "[has(self.tracepoint), has(self.rawTracepoint), has(self.kprobe), has(self.kprobeMulti), has(self.fentry), has(self.lsm), has(self.lsmCgroup), has(self.uprobe), has(self.uprobeMulti), has(self.usdt), has(self.xdp), has(self.tc), has(self.netkit), has(self.cgroup), has(self.perfEvent), has(self.skLookup), has(self.flowDissector), has(self.sockmap), has(self.netfilter), has(self.iter), has(self.structOps), has(self.syscall)].filter(x, x).size() == 1",
    message =
        "name exactly one of tracepoint, rawTracepoint, kprobe, kprobeMulti, fentry, lsm, lsmCgroup, uprobe, uprobeMulti, usdt, xdp, tc, netkit, cgroup, perfEvent, skLookup, flowDissector, sockmap, netfilter, iter, structOps, syscall")
public record Attach(
    @JsonPropertyDescription("A kernel tracepoint, through its stable record.")
        Tracepoint tracepoint,
    @JsonPropertyDescription(
            "A kernel tracepoint with its raw arguments: SEC(\"raw_tp/…\") or, typed by BTF, SEC(\"tp_btf/…\").")
        RawTracepoint rawTracepoint,
    @JsonPropertyDescription("Entry or return of a kernel function, or an instruction inside it.")
        Kprobe kprobe,
    @JsonPropertyDescription(
            "Entry, return or both of many kernel functions by one link: SEC(\"kprobe.multi\"), SEC(\"kretprobe.multi\"), SEC(\"kprobe.session\").")
        KprobeMulti kprobeMulti,
    @JsonPropertyDescription(
            "Entry, return or return value of a kernel function, through a BTF trampoline: SEC(\"fentry/…\"), SEC(\"fexit/…\"), SEC(\"fmod_ret/…\").")
        Fentry fentry,
    @JsonPropertyDescription(
            "A hook of the Linux Security Modules, which may deny what it sees: SEC(\"lsm/…\").")
        Lsm lsm,
    @JsonPropertyDescription("The same for the processes of control groups: SEC(\"lsm_cgroup/…\").")
        LsmCgroup lsmCgroup,
    @JsonPropertyDescription("A function or instruction of a user-space binary or library.")
        Uprobe uprobe,
    @JsonPropertyDescription(
            "Many functions of a binary by one link: SEC(\"uprobe.multi\"), SEC(\"uretprobe.multi\"), SEC(\"uprobe.session\").")
        UprobeMulti uprobeMulti,
    @JsonPropertyDescription("A static probe that a binary was built with: SEC(\"usdt\").")
        Usdt usdt,
    @JsonPropertyDescription("Packets as a network interface receives them, before the stack.")
        Xdp xdp,
    @JsonPropertyDescription(
            "Packets at a network interface's traffic control, through TCX (Linux 6.6 or later) or a clsact filter.")
        Tc tc,
    @JsonPropertyDescription("Packets that a netkit device sends (Linux 6.7 or later).")
        Netkit netkit,
    @JsonPropertyDescription(
            "Packets, socket calls, devices or sysctls of control groups (v2). Which of them, the function's SEC() says: cgroup_skb/ingress, cgroup/connect4, sockops, ….")
        Cgroup cgroup,
    @JsonPropertyDescription("A perf event on every CPU, e.g. a clock that samples.")
        PerfEvent perfEvent,
    @JsonPropertyDescription(
            "Which socket of a network namespace gets a new connection or datagram.")
        SkLookup skLookup,
    @JsonPropertyDescription("How a network namespace reads the flow of a packet from its headers.")
        FlowDissector flowDissector,
    @JsonPropertyDescription("Messages or streams of the sockets in a map.") Sockmap sockmap,
    @JsonPropertyDescription("A hook of netfilter (Linux 6.4 or later).") Netfilter netfilter,
    @JsonPropertyDescription("A walk over things of the kernel, read on demand.") Iter iter,
    @JsonPropertyDescription(
            "A table of functions that the kernel calls, e.g. a TCP congestion control.")
        StructOps structOps,
    @JsonPropertyDescription("A program that runs once for each load.") Syscall syscall) {

  /** The one hook that is set, or null when none is. */
  public Hook hook() {
    return Stream.of(
            tracepoint,
            rawTracepoint,
            kprobe,
            kprobeMulti,
            fentry,
            lsm,
            lsmCgroup,
            uprobe,
            uprobeMulti,
            usdt,
            xdp,
            tc,
            netkit,
            cgroup,
            perfEvent,
            skLookup,
            flowDissector,
            sockmap,
            netfilter,
            iter,
            structOps,
            syscall)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** An attachment with just this hook. */
  public static Attach of(Hook hook) {
    return new Attach(
        as(Tracepoint.class, hook),
        as(RawTracepoint.class, hook),
        as(Kprobe.class, hook),
        as(KprobeMulti.class, hook),
        as(Fentry.class, hook),
        as(Lsm.class, hook),
        as(LsmCgroup.class, hook),
        as(Uprobe.class, hook),
        as(UprobeMulti.class, hook),
        as(Usdt.class, hook),
        as(Xdp.class, hook),
        as(Tc.class, hook),
        as(Netkit.class, hook),
        as(Cgroup.class, hook),
        as(PerfEvent.class, hook),
        as(SkLookup.class, hook),
        as(FlowDissector.class, hook),
        as(Sockmap.class, hook),
        as(Netfilter.class, hook),
        as(Iter.class, hook),
        as(StructOps.class, hook),
        as(Syscall.class, hook));
  }

  private static <H extends Hook> H as(Class<H> kind, Hook hook) {
    return kind.isInstance(hook) ? kind.cast(hook) : null;
  }
}
