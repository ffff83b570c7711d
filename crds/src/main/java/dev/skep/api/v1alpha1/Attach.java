package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.stream.Stream;

/** Where a program is attached: exactly one hook with its target. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "[has(self.tracepoint), has(self.rawTracepoint), has(self.kprobe), has(self.fentry),"
            + " has(self.uprobe), has(self.xdp), has(self.tc), has(self.cgroup),"
            + " has(self.perfEvent)].filter(x, x).size() == 1",
    message =
        "name exactly one of tracepoint, rawTracepoint, kprobe, fentry, uprobe, xdp, tc, cgroup,"
            + " perfEvent")
public record Attach(
    @JsonPropertyDescription("A kernel tracepoint, through its stable record.")
        Tracepoint tracepoint,
    @JsonPropertyDescription(
            "A kernel tracepoint with its raw arguments: SEC(\"raw_tp/…\") or, typed by BTF,"
                + " SEC(\"tp_btf/…\").")
        RawTracepoint rawTracepoint,
    @JsonPropertyDescription("Entry of a kernel function, or an instruction inside it.")
        Kprobe kprobe,
    @JsonPropertyDescription("Entry of a kernel function, through a BTF trampoline.") Fentry fentry,
    @JsonPropertyDescription("A function or instruction of a user-space binary or library.")
        Uprobe uprobe,
    @JsonPropertyDescription("Packets as a network interface receives them, before the stack.")
        Xdp xdp,
    @JsonPropertyDescription(
            "Packets at a network interface's traffic control, through TCX (Linux 6.6 or later).")
        Tc tc,
    @JsonPropertyDescription(
            "Packets or socket calls of a control group (v2). Which of them, the function's SEC()"
                + " says: cgroup_skb/ingress, cgroup/connect4, ….")
        Cgroup cgroup,
    @JsonPropertyDescription("A perf event on every CPU, e.g. a clock that samples.")
        PerfEvent perfEvent) {

  /** The one hook that is set, or null when none is. */
  public Hook hook() {
    return Stream.of(tracepoint, rawTracepoint, kprobe, fentry, uprobe, xdp, tc, cgroup, perfEvent)
        .filter(h -> h != null)
        .findFirst()
        .orElse(null);
  }

  /** An attachment with just this hook. */
  public static Attach of(Hook hook) {
    return new Attach(
        hook instanceof Tracepoint h ? h : null,
        hook instanceof RawTracepoint h ? h : null,
        hook instanceof Kprobe h ? h : null,
        hook instanceof Fentry h ? h : null,
        hook instanceof Uprobe h ? h : null,
        hook instanceof Xdp h ? h : null,
        hook instanceof Tc h ? h : null,
        hook instanceof Cgroup h ? h : null,
        hook instanceof PerfEvent h ? h : null);
  }

  /** One kind of attachment; a new one makes the compiler list what must answer it. */
  public sealed interface Hook
      permits Tracepoint, RawTracepoint, Kprobe, Fentry, Uprobe, Xdp, Tc, Cgroup, PerfEvent {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Tracepoint(
      @Required
          @Pattern("^[A-Za-z0-9_]+/[A-Za-z0-9_]+$")
          @JsonPropertyDescription(
              "category/name as below /sys/kernel/tracing/events, e.g. syscalls/sys_enter_openat.")
          String name)
      implements Hook {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record RawTracepoint(
      @Required
          @Pattern("^[A-Za-z0-9_]+$")
          @JsonPropertyDescription("Name without its category, e.g. sched_switch.")
          String name)
      implements Hook {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Kprobe(
      @Required
          @Pattern("^[A-Za-z0-9_.]+$")
          @JsonPropertyDescription("Kernel function, e.g. tcp_connect.")
          String function,
      @Min(0) @Max(1048576) @JsonPropertyDescription("Bytes from the function's start. Default: 0.")
          Integer offset)
      implements Hook {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Fentry(
      @Required
          @Pattern("^[A-Za-z0-9_.]+$")
          @JsonPropertyDescription("Kernel function, e.g. tcp_connect.")
          String function)
      implements Hook {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value = "has(self.symbol) || has(self.offset)",
      message = "name a symbol, an offset in the file, or both")
  public record Uprobe(
      @Required
          @Pattern("^/.+$")
          @JsonPropertyDescription(
              "Absolute path of the binary or library on the node, e.g. /usr/lib/libssl.so.3.")
          String binary,
      @JsonPropertyDescription("Function symbol in the binary, e.g. SSL_write.") String symbol,
      @Min(0)
          @JsonPropertyDescription(
              "Bytes from the symbol, or from the file's start without one. Default: 0.")
          Long offset)
      implements Hook {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Xdp(
      @Required
          @JsonPropertyDescription("Network interfaces of the host, by name, e.g. eth0. 1 to 64.")
          @Size(min = 1, max = 64)
          List<@Pattern("^[^/:\\s]{1,15}$") String> interfaces,
      @Default("Auto")
          @JsonPropertyDescription(
              "Native: in the driver. Generic: in the stack, slower, on every interface. Auto:"
                  + " native where the driver can, else generic. Default: Auto.")
          XdpMode mode)
      implements Hook {
    public Xdp {
      interfaces = interfaces == null ? List.of() : List.copyOf(interfaces);
      mode = mode == null ? XdpMode.Auto : mode;
    }
  }

  /** Where in the receive path an XDP program runs. */
  public enum XdpMode {
    Auto,
    Native,
    Generic
  }

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Tc(
      @Required
          @JsonPropertyDescription("Network interfaces of the host, by name, e.g. eth0. 1 to 64.")
          @Size(min = 1, max = 64)
          List<@Pattern("^[^/:\\s]{1,15}$") String> interfaces,
      @Required @JsonPropertyDescription("Ingress or Egress, as the interface sees it.")
          Direction direction)
      implements Hook {
    public Tc {
      interfaces = interfaces == null ? List.of() : List.copyOf(interfaces);
    }
  }

  /** The way of a packet, as the interface sees it. */
  public enum Direction {
    Ingress,
    Egress
  }

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Cgroup(
      @Required
          @Pattern("^/.*$")
          @JsonPropertyDescription(
              "Path of the control group below the cgroup v2 root; / is the root and so the whole"
                  + " node, e.g. /kubepods.slice.")
          String path)
      implements Hook {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value = "!(has(self.frequency) && has(self.period))",
      message = "name a frequency or a period, not both")
  public record PerfEvent(
      @Required
          @JsonPropertyDescription(
              "The event, as perf_event_open(2) names it: CpuClock, TaskClock, PageFaults,"
                  + " ContextSwitches, CpuMigrations (software); CpuCycles, Instructions,"
                  + " CacheReferences, CacheMisses, BranchInstructions, BranchMisses (hardware).")
          Event event,
      @Min(1)
          @Max(100000)
          @JsonPropertyDescription("Samples per second and CPU. Default: 99, without a period.")
          Integer frequency,
      @Min(1) @JsonPropertyDescription("One sample for so many events.") Long period)
      implements Hook {}

  /** Events of perf_event_open(2): PERF_COUNT_SW_… and PERF_COUNT_HW_…. */
  public enum Event {
    CpuClock,
    TaskClock,
    PageFaults,
    ContextSwitches,
    CpuMigrations,
    CpuCycles,
    Instructions,
    CacheReferences,
    CacheMisses,
    BranchInstructions,
    BranchMisses
  }
}
