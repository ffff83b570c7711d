package dev.skep.artifact.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.Objects;
import dev.skep.artifact.inspect.ObjectInspector;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A specification is admitted when the object has what it asks for")
class AdmissionTest {
  private static List<Failure> check(String object, String spec) {
    return Admission.check(Specs.of(spec), ObjectInspector.inspect(Objects.read(object)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @DisplayName("what fits is admitted")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          file_opens | {}
          file_opens | {'programs': [{'function': 'on_open'}], 'globals': {'writes_only': true}}
          several    | {'programs': [{'function': 'on_packet', 'attach': {'xdp': {'interfaces': ['eth0']}}}]}
          tcx_count  | {'programs': [{'function': 'on_ingress', 'attach': {'tc': {'interfaces': ['eth0'], 'direction': 'Ingress'}}}]}
          uprobe     | {'programs': [{'function': 'on_entry', 'attach': {'uprobe': {'binary': '/bin/bash', 'symbol': 'main'}}}]}
          needs      | {'programs': [{'function': 'plain', 'attach': {'rawTracepoint': {'name': 'sys_exit'}}}, {'function': 'by_fentry', 'fallbacks': ['by_kprobe', 'plain']}, {'function': 'cgroup_storage', 'optional': true}]}
          tcx_count  | {'programs': [{'function': 'on_ingress', 'attachments': [{'tc': {'interfaces': ['a'], 'direction': 'Ingress'}}, {'tc': {'interfaces': ['a'], 'direction': 'Egress'}}, {'tc': {'interfaces': ['a'], 'networkNamespace': 'blue', 'direction': 'Ingress'}}]}]}
          cgroup_skb | {'programs': [{'function': 'on_egress', 'attach': {'cgroup': {'path': '/'}}}]}
          perf_event | {'programs': [{'function': 'on_sample', 'attach': {'perfEvent': {'event': 'CpuClock'}}}]}
          congestion | {}
          congestion | {'programs': [{'function': 'on_init', 'attach': {'structOps': {'map': 'keeps_window'}}}]}
          sockets    | {'programs': [{'function': 'on_message', 'attach': {'sockmap': {'map': 'sockets'}}}]}
          iter_task  | {'programs': [{'function': 'show_element', 'attach': {'iter': {'map': 'hits'}}}]}
          globals    | {'globals': {'limit': 4294967295, 'tiny': -128, 'level': 'LEVEL_HIGH', 'prefix': 'abc', 'ports': [1, 2], 'peer': {'port': 53}}}
          globals    | {'globals': {'seen': 1, 'limit': {'nodeField': 'internalIP'}, 'prefix': {'nodeField': 'name'}, 'ports': ['0x50'], 'mac': '02:00:00:00:00:01'}}
          entries    | {'globals': {'local_ip': {'nodeField': 'internalIP'}, 'local_ip6': '2001:db8::1', 'zone': {'nodeLabel': 'topology.kubernetes.io/zone'}}}
          entries    | {'maps': [{'name': 'blocked', 'entries': [{'key': '10.0.0.0/8', 'value': 1}, {'key': {'prefixlen': 9, 'addr': '10.0.0.0'}, 'value': '0x2'}]}]}
          entries    | {'maps': [{'name': 'blocked6', 'entries': [{'key': '2001:db8::/32', 'value': 'ACTION_DROP'}, {'key': {'trie': {'prefixlen': 128}, 'addr': '::1'}, 'value': 1}]}]}
          entries    | {'metrics': [{'name': 'opens_total', 'type': 'counter', 'map': '.bss', 'value': 'opens'}, {'name': 'threshold', 'type': 'gauge', 'map': '.data'}]}
          entries    | {'maps': [{'name': 'macs', 'entries': [{'key': '02:00:00:00:00:01', 'value': 1}, {'key': [1, 2], 'value': 2}]}]}
          entries    | {'maps': [{'name': 'raw', 'entries': [{'key': 'hex:00000001', 'value': 'hex:abcd'}]}, {'name': 'tenants', 'entries': [{'key': 7, 'value': {'map': 'tenant_a'}}]}]}
          entries    | {'maps': [{'name': 'allowed', 'sharedFrom': {'program': 'other'}}, {'name': 'slots', 'sharedFrom': {'pinned': 'slots_1'}}]}
          counters   | {'maps': [{'name': 'events', 'maxEntries': 8192}, {'name': 'per_cpu_slots', 'maxEntries': 8}]}
          counters   | {'metrics': [{'name': 'flows_total', 'type': 'counter', 'map': 'flows', 'value': 'bytes', 'labels': [{'name': 'comm'}, {'name': 'way', 'key': 'direction'}, {'name': 'local'}]}]}
          counters   | {'metrics': [{'name': 'slots', 'type': 'gauge', 'map': 'slots', 'labels': [{'name': 'slot'}]}]}
          """)
  void admitted(String object, String spec) {
    assertThat(check(object, spec)).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {3}")
  @DisplayName("what does not is refused, in the user's own words")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          file_opens | {'programs': [{'function': 'on_opne'}]} | UnknownFunction | programs[0].function: the object has no program on_opne; did you mean on_open? There is on_open, on_openat or on_openat2
          file_opens | {'programs': [{'function': 'on_open'}, {'function': 'on_open'}]} | WrongAttachType | programs[1].function: on_open is named already by programs[0]; name it once
          file_opens | {'programs': [{'function': 'on_open', 'attach': {'xdp': {'interfaces': ['eth0']}}}]} | WrongAttachType | programs[0].attach: on_open is of type tracepoint (SEC "tracepoint/syscalls/sys_enter_open"); xdp is not possible: write tracepoint: {name: syscalls/sys_enter_openat}
          file_opens | {'programs': [{'function': 'on_open', 'attach': {'tracepoint': {'name': 'a/b'}, 'xdp': {'interfaces': ['eth0']}}}]} | WrongAttachType | programs[0].attach: names several hooks; name one
          needs      | {'programs': [{'function': 'by_fentry', 'fallbacks': ['by_kprobe', 'plian']}]} | UnknownFunction | programs[0].fallbacks[1]: the object has no program plian; did you mean plain? There is plain, by_fentry, by_kprobe, missing_field, asks_first, by_constant or cgroup_storage
          needs      | {'programs': [{'function': 'by_fentry', 'fallbacks': ['plain', 'plain']}]} | WrongAttachType | programs[0].fallbacks[1]: plain: is listed already at programs[0].fallbacks[0]; it stands in for one
          needs      | {'programs': [{'function': 'by_fentry', 'fallbacks': ['plain']}, {'function': 'by_kprobe', 'fallbacks': ['plain']}]} | WrongAttachType | programs[1].fallbacks[0]: plain: is listed already at programs[0].fallbacks[0]; it stands in for one
          needs      | {'programs': [{'function': 'by_fentry', 'fallbacks': ['by_kprobe']}, {'function': 'by_kprobe', 'fallbacks': ['plain']}]} | WrongAttachType | programs[1].fallbacks: by_kprobe: stands in for another itself, at programs[0].fallbacks[0]: list what follows it there, in order
          xdp_pass   | {} | NoAttachTarget | programs: pass is of type xdp, and its SEC("xdp") names no target; write {function: pass, attach: {xdp: {interfaces: [eth0]}}}
          xdp_pass   | {'programs': [{'function': 'pass', 'attach': {'xdp': {}}}]} | NoAttachTarget | programs[0].attach.xdp: interfaces is missing; write, e.g., xdp: {interfaces: [eth0]}
          xdp_pass   | {'programs': [{'function': 'pass', 'attach': {'xdp': {'interfaces': ['a', 'b', 'a']}}}]} | WrongAttachType | programs[0].attach.xdp.interfaces: a is named twice; name it once
          types      | {'programs': [{'function': 'not_attached_by_us'}]} | WrongAttachType | programs[0]: not_attached_by_us is in SEC("lwt_in"), which names no hook that can be attached; docs/hooks.md lists those that do
          types      | {'programs': [{'function': 'only_when_asked'}], 'metrics': [{'name': 'x', 'type': 'gauge', 'map': 'shapes', 'value': 'mac'}]} | InvalidMetric | metrics[0].value: mac is a __u8[6], not a number
          fentry     | {'programs': [{'function': 'on_do_sys_openat2', 'attachments': [{'fentry': {'function': 'vfs_read'}}, {'fentry': {'function': 'vfs_write'}}]}]} | WrongAttachType | programs[0].attachments: a program of type fentry is loaded for one target, and here are vfs_read, vfs_write: write a function for each
          fentry     | {'programs': [{'function': 'on_do_sys_openat2', 'attachments': [{'fentry': {'function': 'vfs_read', 'cookie': 1}}, {'fentry': {'function': 'vfs_read', 'cookie': 2}}]}]} | WrongAttachType | programs[0].attachments: a program of type fentry attaches to its target once, and here are 2 attachments
          file_opens | {'programs': [{'function': 'on_open', 'attachments': [{'tracepoint': {'name': 'a/b', 'cookie': 1}}, {'tracepoint': {'name': 'a/b', 'cookie': 2}}]}]} | WrongAttachType | programs[0].attachments[1]: on_open is attached to tracepoint a/b already by programs[0].attachments[0], and the kernel takes one program there once: write a second function, or leave one out
          tcx_count  | {'programs': [{'function': 'on_ingress', 'attachments': [{'tc': {'interfaces': ['a', 'b'], 'direction': 'Ingress'}}, {'tc': {'interfaces': ['b'], 'direction': 'Ingress', 'priority': 7}}]}]} | WrongAttachType | programs[0].attachments[1]: on_ingress is attached to interface b ingress already by programs[0].attachments[0], and the kernel takes one program there once: write a second function, or leave one out
          congestion | {'programs': [{'function': 'on_init', 'attach': {'structOps': {'map': 'keeps_windows'}}}]} | UnknownMap | programs[0].attach.structOps.map: the object has no table of functions keeps_windows; did you mean keeps_window? There is keeps_window
          sockets    | {'programs': [{'function': 'on_message', 'attach': {'sockmap': {'map': 'hits'}}}]} | InvalidMap | programs[0].attach.sockmap.map: map hits is of type array, not sockmap or sockhash
          iter_task  | {'programs': [{'function': 'show_element', 'attach': {'iter': {'map': 'hit'}}}]} | UnknownMap | programs[0].attach.iter.map: the object has no map hit; did you mean hits? There is hits
          globals    | {'globals': {'limti': 1}} | UnknownGlobal | globals.limti: the object has no global limti; did you mean limit? There is seen, next_id, enabled, letter, tiny, byte, small, port, number, limit, offset, threshold_ns, …
          globals    | {'globals': {'limit': 99999999999}} | InvalidGlobal | globals.limit: 99999999999 does not fit __u32 (0 to 4294967295)
          globals    | {'globals': {'tiny': 128}} | InvalidGlobal | globals.tiny: 128 does not fit __s8 (-128 to 127)
          globals    | {'globals': {'limit': 'abc'}} | InvalidGlobal | globals.limit: "abc" is text, but limit is a __u32: write a number
          globals    | {'globals': {'limit': 1.5}} | InvalidGlobal | globals.limit: 1.5 is a fraction, but limit is a __u32: write a number
          globals    | {'globals': {'enabled': 'yes'}} | InvalidGlobal | globals.enabled: "yes" is text, but enabled is a _Bool: write true or false
          globals    | {'globals': {'level': 'MEDIUM'}} | InvalidGlobal | globals.level: "MEDIUM" is not in enum level; write LEVEL_LOW or LEVEL_HIGH
          globals    | {'globals': {'prefix': 'sixteen letters!'}} | InvalidGlobal | globals.prefix: "sixteen letters!" is 16 bytes; char[16] has room for 15 and the closing NUL
          globals    | {'globals': {'ports': [1, 2, 3, 4]}} | InvalidGlobal | globals.ports: the list has 4 elements; __u32[3] has room for 3
          globals    | {'globals': {'ports': [1, -2]}} | InvalidGlobal | globals.ports[1]: -2 does not fit __u32 (0 to 4294967295)
          globals    | {'globals': {'peer': {'prot': 1}}} | InvalidGlobal | globals.peer: struct address has no field prot; it has bytes, port
          globals    | {'globals': {'limit': {'nodeField': 'cpus'}}} | InvalidGlobal | globals.limit.nodeField: a node has no cpus; there is internalIP, externalIP, name or cpuCount
          globals    | {'globals': {'limit': {'nodeField': 'name'}}} | InvalidGlobal | globals.limit: {"nodeField":"name"} cannot be in a __u32
          globals    | {'globals': {'limit': {'nodeField': 'name', 'nodeLabel': 'x'}}} | InvalidGlobal | globals.limit: write {nodeField: NAME} or {nodeLabel: KEY}, and nothing beside it
          entries    | {'maps': [{'name': 'blocked', 'entries': [{'key': '10.0.0.0/8', 'value': 1}, {'key': {'prefixlen': 24, 'addr': '10.0.0.300'}, 'value': 1}]}]} | InvalidEntry | maps[0].entries[1].key.addr: "10.0.0.300" is not an IPv4 address
          entries    | {'maps': [{'name': 'blocked', 'entries': [{'key': '10.0.0.0/33', 'value': 1}]}]} | InvalidEntry | maps[0].entries[0].key: "10.0.0.0/33" is not an IPv4 network, e.g. 10.0.0.0/8: the prefix is 0 to 32 bits long
          entries    | {'maps': [{'name': 'blocked', 'entries': [{'key': '10.1.0.0/8', 'value': 1}]}]} | InvalidEntry | maps[0].entries[0].key: "10.1.0.0/8" has bits set beyond its prefix of 8: set them to 0
          entries    | {'maps': [{'name': 'blocked', 'entries': [{'key': {'prefixlen': 40}, 'value': 1}]}]} | InvalidEntry | maps[0].entries[0].key: a prefix of 40 bits; the key has 32
          entries    | {'maps': [{'name': 'blocked6', 'entries': [{'key': '10.0.0.0/8', 'value': 1}]}]} | InvalidEntry | maps[0].entries[0].key: "10.0.0.0/8" is not an IPv6 network, e.g. fd00::/8
          entries    | {'maps': [{'name': 'blocked6', 'entries': [{'key': {'trie': {'prefixlen': 8}, 'addr': '10.0.0.0'}, 'value': 1}]}]} | InvalidEntry | maps[0].entries[0].key.addr: "10.0.0.0" is not an IPv6 address; perhaps ::ffff:10.0.0.0 is meant
          entries    | {'maps': [{'name': 'blocked6', 'entries': [{'key': '::/0', 'value': 'ACTION_DORP'}]}]} | InvalidEntry | maps[0].entries[0].value: "ACTION_DORP" is not in enum action; write ACTION_PASS or ACTION_DROP
          entries    | {'maps': [{'name': 'macs', 'entries': [{'key': '02:00:00:00:00', 'value': 1}]}]} | InvalidEntry | maps[0].entries[0].key: "02:00:00:00:00" is not a MAC address, e.g. 02:00:00:00:00:01
          entries    | {'maps': [{'name': 'peers', 'entries': [{'key': {'addr': '10.0.0.1', 'name': 'too long a name'}, 'value': {}}]}]} | InvalidEntry | maps[0].entries[0].key.name: "too long a name" is 15 bytes; char[9] has room for 8 and the closing NUL
          entries    | {'maps': [{'name': 'peers', 'entries': [{'key': {'addr': '10.0.0.1'}, 'value': {'limit': {'packets': -1}}}]}]} | InvalidEntry | maps[0].entries[0].value.limit.packets: -1 does not fit __u32 (0 to 4294967295)
          entries    | {'maps': [{'name': 'peers', 'entries': [{'key': {'addr': '10.0.0.1', 'port': 70000}, 'value': {}}]}]} | InvalidEntry | maps[0].entries[0].key.port: 70000 does not fit __be16 (0 to 65535)
          entries    | {'maps': [{'name': 'allowed', 'entries': [{'key': 1, 'value': 1}, {'key': '0x1', 'value': 2}]}]} | InvalidEntry | maps[0].entries[1].key: is the key of maps[0].entries[0] too
          entries    | {'maps': [{'name': 'slots', 'entries': [{'key': 4, 'value': 1}]}]} | InvalidEntry | maps[0].entries[0].key: 4 is beyond the 4 entries of slots
          entries    | {'maps': [{'name': 'macs', 'maxEntries': 1, 'entries': [{'key': [1], 'value': 1}, {'key': [2], 'value': 1}]}]} | InvalidEntry | maps[0].entries: 2 entries do not fit into map macs, which holds 1: set maxEntries
          entries    | {'maps': [{'name': 'events', 'entries': [{'key': 1, 'value': 1}]}]} | InvalidEntry | maps[0].entries: map events is of type ringbuf, which takes no entries
          entries    | {'maps': [{'name': 'raw', 'entries': [{'key': 'hex:0001', 'value': 'hex:abcd'}]}]} | InvalidEntry | maps[0].entries[0].key: hex: has 2 bytes; the map's has 4
          entries    | {'maps': [{'name': 'raw', 'entries': [{'key': 1, 'value': 'hex:abcd'}]}]} | InvalidEntry | maps[0].entries[0].key: the object tells no type, only that it is 4 bytes: write "hex:00000000", or define the map with __type(key, …) and __type(value, …)
          entries    | {'maps': [{'name': 'tenants', 'entries': [{'key': 1, 'value': {'map': 'tenant_c'}}]}]} | InvalidEntry | maps[0].entries[0].value.map: tenant_c is no map of the object that fits into tenants; did you mean tenant_a? There is tenant_a or tenant_b
          entries    | {'maps': [{'name': 'allowed', 'entries': [{'key': 1}]}]} | InvalidEntry | maps[0].entries[0].value: the value is missing, but value is a __u64: write a number
          entries    | {'maps': [{'name': 'allowed', 'sharedFrom': {'pinned': '../x'}}]} | InvalidMap | maps[0].sharedFrom.pinned: a name of letters, digits, _ and -, and no path
          entries    | {'maps': [{'name': 'allowed', 'sharedFrom': {'program': 'x', 'pinned': 'y'}}]} | InvalidMap | maps[0].sharedFrom: name either a program or a pinned map
          entries    | {'metrics': [{'name': 'x', 'type': 'counter', 'map': '.bss', 'value': 'open'}]} | InvalidMetric | metrics[0].value: there is no variable open; did you mean opens? There is opens
          entries    | {'metrics': [{'name': 'x', 'type': 'counter', 'map': '.rodata', 'value': 'zone'}]} | InvalidMetric | metrics[0].value: zone is a char[16], not a number
          entries    | {'metrics': [{'name': 'x', 'type': 'counter', 'map': '.bsss'}]} | InvalidMetric | metrics[0].map: the object has no variables in .bsss; did you mean .bss? There is .bss, .data or .rodata
          counters   | {'maps': [{'name': 'flow', 'maxEntries': 1}]} | UnknownMap | maps[0].name: the object has no map flow; did you mean flows? There is flows, per_cpu_flows, slots, per_cpu_slots or events
          counters   | {'maps': [{'name': 'slots', 'maxEntries': 0}]} | InvalidMap | maps[0].maxEntries: map slots is of type array and size 4 in the object; 0 is not a size
          counters   | {'maps': [{'name': 'events', 'maxEntries': 5000}]} | InvalidMap | maps[0].maxEntries: map events is of type ringbuf and size 4096 in the object; 5000 is not a power of two from 4096 on (bytes)
          counters   | {'metrics': [{'name': 'x', 'type': 'counter', 'map': 'flwos'}]} | InvalidMetric | metrics[0].map: the object has no map flwos; did you mean flows? There is flows, per_cpu_flows, slots, per_cpu_slots or events
          counters   | {'metrics': [{'name': 'x', 'type': 'counter', 'map': 'events'}]} | InvalidMetric | metrics[0].map: events is of type ringbuf, which cannot be read as a metric: use a hash or an array
          counters   | {'metrics': [{'name': 'x', 'type': 'counter', 'map': 'flows'}]} | InvalidMetric | metrics[0].value: the value of flows is a struct flow_value with several fields: name one of count, bytes, last_delta
          counters   | {'metrics': [{'name': 'x', 'type': 'counter', 'map': 'flows', 'value': 'byte'}]} | InvalidMetric | metrics[0].value: the value of flows (struct flow_value) has no field byte; did you mean bytes? There is count, bytes or last_delta
          counters   | {'metrics': [{'name': 'x', 'type': 'counter', 'map': 'slots', 'labels': [{'name': 'a'}, {'name': 'a'}]}]} | InvalidMetric | metrics[0].labels[1].name: the metric has a label a already
          counters   | {'metrics': [{'name': 'skep_x', 'type': 'counter', 'map': 'slots'}]} | InvalidMetric | metrics[0].name: skep_x: names that begin with skep_ are the daemon's own
          counters   | {'metrics': [{'name': 'process_x', 'type': 'counter', 'map': 'slots'}]} | InvalidMetric | metrics[0].name: process_x: names that begin with process_ are the daemon's own
          counters   | {'metrics': [{'name': 'x', 'type': 'counter', 'map': 'flows', 'value': 'count', 'labels': [{'name': 'task'}]}]} | InvalidMetric | metrics[0].labels[0]: the key of flows (struct flow_key) has no field task; there is comm, direction, port or local
          """)
  void refused(String object, String spec, Reason reason, String message) {
    assertThat(check(object, spec))
        .extracting(Failure::reason, Failure::message)
        .containsExactly(tuple(reason, message));
  }

  @Test
  @DisplayName("everything wrong is said at once")
  void all() {
    assertThat(
            check(
                "globals",
                "{'programs': [{'function': 'x'}], 'globals': {'y': 1}, 'maps': [{'name': 'z',"
                    + " 'maxEntries': 1}]}"))
        .extracting(Failure::reason)
        .containsExactly(Reason.UnknownFunction, Reason.UnknownGlobal, Reason.UnknownMap);
  }

  @Test
  @DisplayName("a cycle of fallbacks, or a function as its own, is refused and not followed")
  void cycles() {
    assertThat(
            check(
                "needs",
                "{'programs': [{'function': 'by_fentry', 'fallbacks': ['by_kprobe']},"
                    + " {'function': 'by_kprobe', 'fallbacks': ['by_fentry']}]}"))
        .extracting(Failure::message)
        .anyMatch(m -> m.startsWith("programs[0].fallbacks: by_fentry: stands in for another"));
    assertThat(check("needs", "{'programs': [{'function': 'plain', 'fallbacks': ['plain']}]}"))
        .extracting(Failure::message)
        .contains("programs[0].fallbacks[0]: plain: a function cannot stand in for itself");
  }
}
