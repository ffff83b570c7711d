package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.Attach;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an ELF section's name says of the programs in it, by the rules of libbpf.c (section_defs,
 * sec_def_matches): a leading ? means not to load them unless asked to; some names are whole,
 * others may be followed by a target.
 *
 * @param name without the leading ?
 * @param autoload false when there was one
 * @param attach the target it names, or null
 */
record SectionName(String name, boolean autoload, ProgramType type, Attach attach) {
  private static final String ADDRESS_HOOKS =
      "connect4|connect6|connect_unix|bind4|bind6|sendmsg4|sendmsg6|sendmsg_unix|recvmsg4|recvmsg6"
          + "|recvmsg_unix|getpeername4|getpeername6|getpeername_unix|getsockname4|getsockname6"
          + "|getsockname_unix";

  private static final Map<String, ProgramType> PREFIXES =
      Map.ofEntries(
          Map.entry("tracepoint", ProgramType.tracepoint),
          Map.entry("tp", ProgramType.tracepoint),
          Map.entry("raw_tracepoint", ProgramType.raw_tracepoint),
          Map.entry("raw_tp", ProgramType.raw_tracepoint),
          Map.entry("tp_btf", ProgramType.tp_btf),
          Map.entry("kprobe", ProgramType.kprobe),
          Map.entry("kretprobe", ProgramType.kretprobe),
          Map.entry("fentry", ProgramType.fentry),
          Map.entry("fentry.s", ProgramType.fentry),
          Map.entry("fexit", ProgramType.fexit),
          Map.entry("fexit.s", ProgramType.fexit),
          Map.entry("uprobe", ProgramType.uprobe),
          Map.entry("uprobe.s", ProgramType.uprobe),
          Map.entry("uretprobe", ProgramType.uretprobe),
          Map.entry("uretprobe.s", ProgramType.uretprobe));

  // xdp/devmap and xdp/cpumap programs run from a map's entry, not on an interface: other.
  private static final Set<String> XDP = Set.of("xdp", "xdp.frags");
  private static final Set<String> TC =
      Set.of("tc", "classifier", "tc/ingress", "tc/egress", "tcx/ingress", "tcx/egress");
  private static final Set<String> CGROUP_SKB =
      Set.of("cgroup_skb/ingress", "cgroup_skb/egress", "cgroup/skb");
  private static final Pattern CGROUP_ADDRESS = Pattern.compile("cgroup/(" + ADDRESS_HOOKS + ")");

  private static final Pattern EVENT = Pattern.compile("[A-Za-z0-9_]+");
  private static final Pattern CATEGORY_AND_EVENT = Pattern.compile("[A-Za-z0-9_]+/[A-Za-z0-9_]+");
  private static final Pattern KERNEL_FUNCTION =
      Pattern.compile("([A-Za-z0-9_.]+)(?:\\+(0[xX][0-9a-fA-F]{1,5}|0|[1-9][0-9]{0,6}))?");
  private static final Pattern BINARY_AND_SYMBOL =
      Pattern.compile("(/[^:]+):([^+\\s]+?)(?:\\+(0[xX][0-9a-fA-F]{1,15}|0|[1-9][0-9]{0,17}))?");

  static SectionName of(String section) {
    boolean autoload = !section.startsWith("?");
    String name = autoload ? section : section.substring(1);
    ProgramType whole = whole(name);
    if (whole != ProgramType.other) {
      return new SectionName(name, autoload, whole, null);
    }
    int slash = name.indexOf('/');
    ProgramType type =
        PREFIXES.getOrDefault(slash < 0 ? name : name.substring(0, slash), ProgramType.other);
    Attach.Hook hook = slash < 0 ? null : target(type, name.substring(slash + 1));
    return new SectionName(name, autoload, type, hook == null ? null : Attach.of(hook));
  }

  private static ProgramType whole(String name) {
    if (XDP.contains(name)) {
      return ProgramType.xdp;
    }
    if (TC.contains(name)) {
      return ProgramType.tc;
    }
    if (CGROUP_SKB.contains(name)) {
      return ProgramType.cgroup_skb;
    }
    if (CGROUP_ADDRESS.matcher(name).matches()) {
      return ProgramType.cgroup_sock_addr;
    }
    return name.equals("perf_event") ? ProgramType.perf_event : ProgramType.other;
  }

  /** The hook that the rest of the name says, or null when it says none that there could be. */
  private static Attach.Hook target(ProgramType type, String target) {
    return switch (type) {
      case tracepoint -> matched(CATEGORY_AND_EVENT, target, m -> new Attach.Tracepoint(m.group()));
      case raw_tracepoint, tp_btf ->
          matched(EVENT, target, m -> new Attach.RawTracepoint(m.group()));
      case kprobe, kretprobe ->
          matched(
              KERNEL_FUNCTION,
              target,
              m ->
                  new Attach.Kprobe(
                      m.group(1), m.group(2) == null ? null : Long.decode(m.group(2)).intValue()));
      case fentry, fexit ->
          matched(
              KERNEL_FUNCTION,
              target,
              m -> m.group(2) == null ? new Attach.Fentry(m.group(1)) : null);
      case uprobe, uretprobe ->
          matched(
              BINARY_AND_SYMBOL,
              target,
              m ->
                  new Attach.Uprobe(
                      m.group(1), m.group(2), m.group(3) == null ? null : Long.decode(m.group(3))));
      default -> null;
    };
  }

  private static Attach.Hook matched(
      Pattern pattern, String target, Function<Matcher, Attach.Hook> hook) {
    Matcher matcher = pattern.matcher(target);
    return matcher.matches() ? hook.apply(matcher) : null;
  }
}
