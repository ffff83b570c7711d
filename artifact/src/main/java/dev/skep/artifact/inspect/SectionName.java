package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Iter;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.KprobeMulti;
import dev.skep.api.v1alpha1.hook.Lsm;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.api.v1alpha1.hook.Syscall;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.UprobeMulti;
import dev.skep.api.v1alpha1.hook.Usdt;
import dev.skep.artifact.text.Names;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  /** Names that a target may follow, after a slash. */
  private static final Map<String, ProgramType> PREFIXES =
      Map.ofEntries(
          Map.entry("tracepoint", ProgramType.tracepoint),
          Map.entry("tp", ProgramType.tracepoint),
          Map.entry("raw_tracepoint", ProgramType.raw_tracepoint),
          Map.entry("raw_tp", ProgramType.raw_tracepoint),
          Map.entry("raw_tracepoint.w", ProgramType.raw_tracepoint),
          Map.entry("raw_tp.w", ProgramType.raw_tracepoint),
          Map.entry("tp_btf", ProgramType.tp_btf),
          Map.entry("kprobe", ProgramType.kprobe),
          Map.entry("kretprobe", ProgramType.kretprobe),
          Map.entry("ksyscall", ProgramType.kprobe),
          Map.entry("kretsyscall", ProgramType.kretprobe),
          Map.entry("kprobe.multi", ProgramType.kprobe_multi),
          Map.entry("kretprobe.multi", ProgramType.kretprobe_multi),
          Map.entry("kprobe.session", ProgramType.kprobe_session),
          Map.entry("fentry", ProgramType.fentry),
          Map.entry("fentry.s", ProgramType.fentry),
          Map.entry("fexit", ProgramType.fexit),
          Map.entry("fexit.s", ProgramType.fexit),
          Map.entry("fmod_ret", ProgramType.fmod_ret),
          Map.entry("fmod_ret.s", ProgramType.fmod_ret),
          Map.entry("lsm", ProgramType.lsm),
          Map.entry("lsm.s", ProgramType.lsm),
          Map.entry("lsm_cgroup", ProgramType.lsm_cgroup),
          Map.entry("uprobe", ProgramType.uprobe),
          Map.entry("uprobe.s", ProgramType.uprobe),
          Map.entry("uretprobe", ProgramType.uretprobe),
          Map.entry("uretprobe.s", ProgramType.uretprobe),
          Map.entry("uprobe.multi", ProgramType.uprobe_multi),
          Map.entry("uprobe.multi.s", ProgramType.uprobe_multi),
          Map.entry("uretprobe.multi", ProgramType.uretprobe_multi),
          Map.entry("uretprobe.multi.s", ProgramType.uretprobe_multi),
          Map.entry("uprobe.session", ProgramType.uprobe_session),
          Map.entry("uprobe.session.s", ProgramType.uprobe_session),
          Map.entry("usdt", ProgramType.usdt),
          Map.entry("usdt.s", ProgramType.usdt),
          Map.entry("iter", ProgramType.iter),
          Map.entry("iter.s", ProgramType.iter),
          Map.entry("struct_ops", ProgramType.struct_ops),
          Map.entry("struct_ops.s", ProgramType.struct_ops));

  /**
   * Names that are whole. xdp/devmap and xdp/cpumap programs run from a map's entry, not on an
   * interface: other.
   */
  private static final Map<String, ProgramType> WHOLE = new HashMap<>();

  static {
    whole(ProgramType.xdp, "xdp", "xdp.frags");
    whole(ProgramType.tc, "tc", "classifier", "action");
    whole(ProgramType.tc, "tc/ingress", "tc/egress", "tcx/ingress", "tcx/egress");
    whole(ProgramType.netkit, "netkit/primary", "netkit/peer");
    whole(ProgramType.cgroup_skb, "cgroup_skb/ingress", "cgroup_skb/egress", "cgroup/skb");
    whole(ProgramType.cgroup_sock, "cgroup/sock", "cgroup/sock_create", "cgroup/sock_release");
    whole(ProgramType.cgroup_sock, "cgroup/post_bind4", "cgroup/post_bind6");
    whole(ProgramType.cgroup_sock_addr, "cgroup/bind4", "cgroup/bind6");
    for (String call : List.of("connect", "sendmsg", "recvmsg", "getpeername", "getsockname")) {
      String name = "cgroup/" + call;
      whole(ProgramType.cgroup_sock_addr, name + "4", name + "6", name + "_unix");
    }
    whole(ProgramType.cgroup_sockopt, "cgroup/getsockopt", "cgroup/setsockopt");
    whole(ProgramType.cgroup_sysctl, "cgroup/sysctl");
    whole(ProgramType.cgroup_device, "cgroup/dev");
    whole(ProgramType.sock_ops, "sockops");
    whole(ProgramType.perf_event, "perf_event");
    whole(ProgramType.sk_lookup, "sk_lookup");
    whole(ProgramType.flow_dissector, "flow_dissector");
    whole(ProgramType.sk_msg, "sk_msg");
    whole(ProgramType.sk_skb, "sk_skb", "sk_skb/stream_parser", "sk_skb/stream_verdict");
    whole(ProgramType.sk_skb, "sk_skb/verdict");
    whole(ProgramType.netfilter, "netfilter");
    whole(ProgramType.syscall, "syscall");
  }

  private static void whole(ProgramType type, String... names) {
    for (String name : names) {
      WHOLE.put(name, type);
    }
  }

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]+");
  private static final Pattern CATEGORY_AND_EVENT = Pattern.compile("[A-Za-z0-9_]+/[A-Za-z0-9_]+");
  private static final Pattern KERNEL_FUNCTION =
      Pattern.compile("([A-Za-z0-9_.]+)(?:\\+(0[xX][0-9a-fA-F]{1,5}|0|[1-9][0-9]{0,6}))?");
  private static final Pattern KERNEL_FUNCTIONS = Pattern.compile("[A-Za-z0-9_.*?]+");
  private static final Pattern BINARY_AND_SYMBOL =
      Pattern.compile("(/[^:]+):([^+\\s]+?)(?:\\+(0[xX][0-9a-fA-F]{1,15}|0|[1-9][0-9]{0,17}))?");
  private static final Pattern BINARY_AND_SYMBOLS = Pattern.compile("(/[^:]+):([^:\\s]+)");
  private static final Pattern BINARY_AND_PROBE =
      Pattern.compile("(/[^:]+):([A-Za-z0-9_.-]+):([A-Za-z0-9_.-]+)");

  static SectionName of(String section) {
    boolean autoload = !section.startsWith("?");
    String name = autoload ? section : section.substring(1);
    ProgramType whole = WHOLE.get(name);
    if (whole != null) {
      return new SectionName(name, autoload, whole, attach(onlyTarget(whole)));
    }
    int slash = name.indexOf('/');
    ProgramType type =
        PREFIXES.getOrDefault(slash < 0 ? name : name.substring(0, slash), ProgramType.other);
    Hook hook = slash < 0 ? null : target(type, name.substring(slash + 1));
    return new SectionName(name, autoload, type, attach(hook));
  }

  /** The section that was probably meant by one that names nothing that can be attached. */
  static Optional<String> nearest(String section) {
    int slash = section.indexOf('/');
    String prefix = slash < 0 ? section : section.substring(0, slash);
    String rest = slash < 0 ? "" : section.substring(slash);
    return Names.nearest(section, WHOLE.keySet())
        .or(() -> Names.nearest(prefix, PREFIXES.keySet()).map(name -> name + rest));
  }

  /**
   * What the kernel is to support for it: the name without its target, in one of its spellings,
   * which is a section's name too.
   */
  String kind() {
    int slash = name.indexOf('/');
    String prefix = slash < 0 ? name : name.substring(0, slash);
    return switch (type) {
      case tracepoint -> "tracepoint";
      case raw_tracepoint -> prefix.endsWith(".w") ? "raw_tracepoint.w" : "raw_tracepoint";
      // Sleepable or not, the kernel has them since about the same version.
      case fentry, fexit, fmod_ret, lsm, iter, struct_ops, usdt -> type.name();
      case uprobe_multi -> "uprobe.multi";
      case uretprobe_multi -> "uretprobe.multi";
      case uprobe_session -> "uprobe.session";
      case uprobe, uretprobe -> prefix.endsWith(".s") ? "uprobe.s" : type.name();
      // tcx/… too: what is loaded is the same, and clsact takes it where there is no TCX.
      case tc -> "tc";
      case netkit -> "netkit/primary";
      case cgroup_skb -> "cgroup/skb";
      case cgroup_sock -> name.equals("cgroup/sock") ? "cgroup/sock_create" : name;
      case xdp, cgroup_sock_addr, cgroup_sockopt, cgroup_sysctl, cgroup_device, sk_skb, other ->
          name;
      case tp_btf,
          kprobe,
          kretprobe,
          kprobe_multi,
          kretprobe_multi,
          kprobe_session,
          lsm_cgroup,
          sock_ops,
          perf_event,
          sk_lookup,
          flow_dissector,
          sk_msg,
          netfilter,
          syscall ->
          prefix;
    };
  }

  private static Attach attach(Hook hook) {
    return hook == null ? null : Attach.of(hook);
  }

  /**
   * What is meant where nothing else could be. Not the host's network for a flow dissector: it
   * keeps all others out, so somebody has to have written it.
   */
  private static Hook onlyTarget(ProgramType type) {
    return switch (type) {
      case syscall -> new Syscall(null);
      case sk_lookup -> new SkLookup(null, null);
      default -> null;
    };
  }

  /** The hook that the rest of the name says, or null when it says none that there could be. */
  private static Hook target(ProgramType type, String target) {
    return switch (type) {
      case tracepoint -> matched(CATEGORY_AND_EVENT, target, m -> new Tracepoint(m.group()));
      case raw_tracepoint, tp_btf -> matched(NAME, target, m -> new RawTracepoint(m.group()));
      case kprobe, kretprobe ->
          matched(
              KERNEL_FUNCTION,
              target,
              m ->
                  new Kprobe(
                      m.group(1), m.group(2) == null ? null : Long.decode(m.group(2)).intValue()));
      case kprobe_multi, kretprobe_multi, kprobe_session ->
          matched(KERNEL_FUNCTIONS, target, m -> new KprobeMulti(null, m.group(), null));
      case fentry, fexit, fmod_ret ->
          matched(KERNEL_FUNCTION, target, m -> m.group(2) == null ? new Fentry(m.group(1)) : null);
      case lsm -> matched(NAME, target, m -> new Lsm(m.group(), null));
      case uprobe, uretprobe ->
          matched(
              BINARY_AND_SYMBOL,
              target,
              m ->
                  new Uprobe(
                      m.group(1), m.group(2), m.group(3) == null ? null : Long.decode(m.group(3))));
      case uprobe_multi, uretprobe_multi, uprobe_session ->
          matched(
              BINARY_AND_SYMBOLS,
              target,
              m -> new UprobeMulti(m.group(1), null, m.group(2), null, null));
      case usdt ->
          matched(
              BINARY_AND_PROBE,
              target,
              m -> new Usdt(m.group(1), m.group(2), m.group(3), null, null));
      case iter -> matched(NAME, target, m -> new Iter(m.group(), null, null));
      default -> null;
    };
  }

  private static Hook matched(Pattern pattern, String target, Function<Matcher, Hook> hook) {
    Matcher matcher = pattern.matcher(target);
    return matcher.matches() ? hook.apply(matcher) : null;
  }
}
