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
          cgroup_skb | {'programs': [{'function': 'on_egress', 'attach': {'cgroup': {'path': '/'}}}]}
          perf_event | {'programs': [{'function': 'on_sample', 'attach': {'perfEvent': {'event': 'CpuClock'}}}]}
          globals    | {'globals': {'limit': 4294967295, 'tiny': -128, 'level': 'LEVEL_HIGH', 'prefix': 'abc', 'ports': [1, 2], 'peer': {'port': 53}}}
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
          xdp_pass   | {} | NoAttachTarget | programs: pass is of type xdp, and its SEC("xdp") names no target; write {function: pass, attach: {xdp: {interfaces: [eth0]}}}
          xdp_pass   | {'programs': [{'function': 'pass', 'attach': {'xdp': {}}}]} | NoAttachTarget | programs[0].attach.xdp: interfaces is missing; write, e.g., xdp: {interfaces: [eth0]}
          xdp_pass   | {'programs': [{'function': 'pass', 'attach': {'xdp': {'interfaces': ['a', 'b', 'a']}}}]} | WrongAttachType | programs[0].attach.xdp.interfaces: a is named twice; name it once
          types      | {'programs': [{'function': 'not_attached_by_us'}]} | WrongAttachType | programs[0]: not_attached_by_us is in SEC("iter/task"), which cannot be attached; what can is tracepoint, raw_tracepoint, tp_btf, kprobe, kretprobe, fentry, fexit, uprobe, uretprobe, xdp, tc, cgroup_skb, cgroup_sock_addr, perf_event
          types      | {'programs': [{'function': 'only_when_asked'}], 'metrics': [{'name': 'x', 'type': 'gauge', 'map': 'shapes', 'value': 'mac'}]} | InvalidMetric | metrics[0].value: mac is a __u8[6], not a number
          fentry     | {'programs': [{'function': 'on_do_sys_openat2', 'attach': {'fentry': {'function': 'other'}}}]} | WrongAttachType | programs[0].attach: a program of type fentry is loaded for the target of its SEC("fentry/do_sys_openat2"): name the target there
          globals    | {'globals': {'limti': 1}} | UnknownGlobal | globals.limti: the object has no global limti; did you mean limit? There is next_id, enabled, letter, tiny, byte, small, port, number, limit, offset, threshold_ns, level, …
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
          globals    | {'globals': {'seen': 1}} | InvalidGlobal | globals.seen: seen is in .bss, where the program keeps what it writes: declare it const volatile to set it
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
}
