package dev.skep.node.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The structs that cross the border, each up to the last field that we use: kernel and libbpf take
 * a struct's size and leave alone, or read as zero, what lies beyond. Members are named by the C
 * header, so that a test can ask a C compiler for each offset; what has no name is padding to us.
 */
final class Layouts {
  /** Of each struct, where its members lie: asking a layout for a path each time takes longer. */
  private static final Map<StructLayout, Map<String, Long>> OFFSETS = new IdentityHashMap<>();

  static final StructLayout LINK_INFO =
      struct(
          "bpf_link_info",
          u32("type"),
          u32("id"),
          u32("prog_id"),
          gap(4),
          u32("xdp.ifindex"),
          u32("tcx.attach_type"),
          gap(56));

  /** The same bytes as a control group's link has them. */
  static final StructLayout CGROUP_LINK_INFO =
      struct("bpf_link_info", gap(16), u64("cgroup.cgroup_id"), u32("cgroup.attach_type"));

  static final StructLayout PROG_INFO =
      struct(
          "bpf_prog_info",
          u32("type"),
          u32("id"),
          gap(8 + 4 + 4 + 8 + 8 + 8 + 4 + 4 + 8),
          text("name", 16),
          u32("ifindex"),
          gap(4),
          u64("netns_dev"),
          u64("netns_ino"),
          gap(4 + 4 + 8 + 8),
          u32("btf_id"),
          gap(4 + 8 + 4 + 4 + 8 + 8 + 4 + 4 + 4 + 4 + 8),
          u64("run_time_ns"),
          u64("run_cnt"),
          u64("recursion_misses"));

  /** The same struct, as far as it tells of a program's maps and BTF. */
  static final StructLayout PROG_PARTS_INFO =
      struct(
          "bpf_prog_info",
          gap(52),
          u32("nr_map_ids"),
          u64("map_ids"),
          text("name", 16),
          gap(48),
          u32("btf_id"),
          gap(4));

  static final StructLayout XDP_ATTACH_OPTS =
      struct("bpf_xdp_attach_opts", u64("sz"), u32("old_prog_fd"), gap(4));

  static final StructLayout MAP_INFO =
      struct(
          "bpf_map_info",
          u32("type"),
          u32("id"),
          u32("key_size"),
          u32("value_size"),
          u32("max_entries"),
          u32("map_flags"),
          text("name", 16));

  static final StructLayout OBJECT_OPEN_OPTS =
      struct("bpf_object_open_opts", u64("sz"), u64("object_name"));

  static final StructLayout LINK_CREATE_OPTS =
      struct(
          "bpf_link_create_opts",
          u64("sz"),
          u32("flags"),
          gap(4),
          u64("iter_info"),
          u32("iter_info_len"),
          u32("target_btf_id"),
          u64("perf_event.bpf_cookie"));

  /** The same struct, as links to tcx and netkit have it. */
  static final StructLayout ORDERED_LINK_OPTS =
      struct(
          "bpf_link_create_opts",
          u64("sz"),
          u32("flags"),
          gap(20),
          gap(4),
          u32("tcx.relative_id"),
          u64("tcx.expected_revision"));

  /** The same struct, as links to netfilter have it. */
  static final StructLayout NETFILTER_LINK_OPTS =
      struct(
          "bpf_link_create_opts",
          u64("sz"),
          gap(24),
          u32("netfilter.pf"),
          u32("netfilter.hooknum"),
          u32("netfilter.priority"),
          u32("netfilter.flags"));

  static final StructLayout PROG_QUERY_OPTS =
      struct(
          "bpf_prog_query_opts",
          u64("sz"),
          u32("query_flags"),
          u32("attach_flags"),
          u64("prog_ids"),
          u32("count"),
          gap(4));

  static final StructLayout TEST_RUN_OPTS =
      struct(
          "bpf_test_run_opts",
          u64("sz"),
          gap(8 + 8 + 4 + 4 + 8 + 8 + 4 + 4),
          u32("retval"),
          gap(4 + 4 + 4 + 4 + 4));

  static final StructLayout TC_HOOK =
      struct("bpf_tc_hook", u64("sz"), u32("ifindex"), u32("attach_point"), u32("parent"), gap(4));

  static final StructLayout TC_OPTS =
      struct(
          "bpf_tc_opts",
          u64("sz"),
          u32("prog_fd"),
          u32("flags"),
          u32("prog_id"),
          u32("handle"),
          u32("priority"),
          gap(4));

  static final StructLayout PROG_LOAD_OPTS =
      struct(
          "bpf_prog_load_opts",
          u64("sz"),
          u32("attempts"),
          u32("expected_attach_type"),
          u32("prog_btf_fd"),
          u32("prog_flags"),
          u32("prog_ifindex"),
          u32("kern_version"),
          u32("attach_btf_id"),
          u32("attach_prog_fd"));

  static final StructLayout XDP_QUERY_OPTS =
      struct(
          "bpf_xdp_query_opts",
          u64("sz"),
          u32("prog_id"),
          u32("drv_prog_id"),
          u32("hw_prog_id"),
          u32("skb_prog_id"));

  /** What bpf(2) takes, as far as BPF_LINK_CREATE and its ways to attach many functions read it. */
  static final StructLayout LINK_CREATE =
      struct(
          "union bpf_attr",
          u32("link_create.prog_fd"),
          u32("link_create.target_fd"),
          u32("link_create.attach_type"),
          u32("link_create.flags"),
          gap(48));

  static final StructLayout LINK_CREATE_PERF_EVENT =
      struct("union bpf_attr", gap(16), u64("link_create.perf_event.bpf_cookie"));

  static final StructLayout LINK_CREATE_TRACING =
      struct("union bpf_attr", gap(24), u64("link_create.tracing.cookie"));

  static final StructLayout LINK_CREATE_KPROBE_MULTI =
      struct(
          "union bpf_attr",
          gap(16),
          u32("link_create.kprobe_multi.flags"),
          u32("link_create.kprobe_multi.cnt"),
          u64("link_create.kprobe_multi.syms"),
          u64("link_create.kprobe_multi.addrs"),
          u64("link_create.kprobe_multi.cookies"));

  static final StructLayout LINK_CREATE_UPROBE_MULTI =
      struct(
          "union bpf_attr",
          gap(16),
          u64("link_create.uprobe_multi.path"),
          u64("link_create.uprobe_multi.offsets"),
          u64("link_create.uprobe_multi.ref_ctr_offsets"),
          u64("link_create.uprobe_multi.cookies"),
          u32("link_create.uprobe_multi.cnt"),
          u32("link_create.uprobe_multi.flags"));

  static final StructLayout RAW_TRACEPOINT =
      struct(
          "union bpf_attr",
          u64("raw_tracepoint.name"),
          u32("raw_tracepoint.prog_fd"),
          gap(4),
          u64("raw_tracepoint.cookie"));

  static final StructLayout PERF_EVENT_ATTR =
      struct(
          "perf_event_attr",
          u32("type"),
          u32("size"),
          u64("config"),
          u64("sample_period"),
          u64("sample_type"),
          u64("read_format"),
          gap(8), // the bit fields; PERF_FREQ is one of them
          u32("wakeup_events"),
          u32("bp_type"),
          u64("config1"),
          u64("config2"));

  static final StructLayout SOCKADDR_NL =
      struct("sockaddr_nl", u16("nl_family"), gap(2), u32("nl_pid"), u32("nl_groups"));

  static final StructLayout POLL_FD = struct("pollfd", u32("fd"), u16("events"), u16("revents"));

  /** Bit 10 of perf_event_attr's bit fields, freq, in the eight bytes after read_format. */
  static final long PERF_FREQ = 1L << 10;

  static final long PERF_BITS = at(PERF_EVENT_ATTR, "read_format") + 8;

  static final StructLayout OPEN_HOW =
      struct("open_how", u64("flags"), u64("mode"), u64("resolve"));

  /** All of them, for the test that compares with C. */
  static final List<StructLayout> ALL =
      List.of(
          LINK_INFO,
          CGROUP_LINK_INFO,
          PROG_INFO,
          PROG_PARTS_INFO,
          XDP_ATTACH_OPTS,
          MAP_INFO,
          OBJECT_OPEN_OPTS,
          LINK_CREATE_OPTS,
          ORDERED_LINK_OPTS,
          NETFILTER_LINK_OPTS,
          PROG_QUERY_OPTS,
          TEST_RUN_OPTS,
          TC_HOOK,
          TC_OPTS,
          PROG_LOAD_OPTS,
          XDP_QUERY_OPTS,
          LINK_CREATE,
          LINK_CREATE_PERF_EVENT,
          LINK_CREATE_TRACING,
          LINK_CREATE_KPROBE_MULTI,
          LINK_CREATE_UPROBE_MULTI,
          RAW_TRACEPOINT,
          PERF_EVENT_ATTR,
          SOCKADDR_NL,
          POLL_FD,
          OPEN_HOW);

  private Layouts() {}

  static long at(StructLayout struct, String member) {
    return OFFSETS.get(struct).get(member);
  }

  private static StructLayout struct(String name, MemoryLayout... members) {
    StructLayout struct = MemoryLayout.structLayout(members).withName(name);
    Map<String, Long> offsets = new HashMap<>();
    long offset = 0;
    for (MemoryLayout member : members) {
      long at = offset;
      member.name().ifPresent(named -> offsets.put(named, at));
      offset += member.byteSize();
    }
    OFFSETS.put(struct, offsets);
    return struct;
  }

  private static MemoryLayout u16(String name) {
    return JAVA_SHORT.withName(name);
  }

  private static MemoryLayout u32(String name) {
    return JAVA_INT.withName(name);
  }

  private static MemoryLayout u64(String name) {
    return JAVA_LONG.withName(name);
  }

  private static MemoryLayout text(String name, int bytes) {
    return MemoryLayout.sequenceLayout(bytes, JAVA_BYTE).withName(name);
  }

  private static MemoryLayout gap(int bytes) {
    return MemoryLayout.paddingLayout(bytes);
  }
}
