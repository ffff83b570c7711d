package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.api.v1alpha1.ProgramAttachment;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.Event;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.Netfilter;
import dev.skep.api.v1alpha1.hook.PerfEvent;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpMode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AttachTextTest {
  private static Hook hook(String text) {
    ProgramAttachment attachment = new AttachText().convert("f=" + text);
    assertThat(attachment.function()).isEqualTo("f");
    return attachment.attach().hook();
  }

  @Test
  @DisplayName("What is used every day has a short form")
  void forms() {
    Map<String, Hook> forms =
        Map.ofEntries(
            Map.entry(
                "tracepoint:syscalls/sys_enter_open", new Tracepoint("syscalls/sys_enter_open")),
            Map.entry("raw_tracepoint:sched_switch", new RawTracepoint("sched_switch")),
            Map.entry("kprobe:tcp_connect", new Kprobe("tcp_connect", null)),
            Map.entry("kprobe:tcp_connect+0x10", new Kprobe("tcp_connect", 16)),
            Map.entry("fentry:tcp_connect", new Fentry("tcp_connect")),
            Map.entry(
                "uprobe:/usr/bin/bash:readline", new Uprobe("/usr/bin/bash", "readline", null)),
            Map.entry(
                "uprobe:/usr/bin/bash:readline+4", new Uprobe("/usr/bin/bash", "readline", 4L)),
            Map.entry("uprobe:/usr/bin/bash+4096", new Uprobe("/usr/bin/bash", null, 4096L)),
            Map.entry("xdp:eth0,eth1", new Xdp(List.of("eth0", "eth1"), XdpMode.Auto)),
            Map.entry("xdp:eth0@generic", new Xdp(List.of("eth0"), XdpMode.Generic)),
            Map.entry("tc:egress:eth0", new Tc(List.of("eth0"), Direction.Egress)),
            Map.entry("cgroup:/user.slice", new Cgroup("/user.slice")),
            Map.entry("perf_event:cpu-clock@49", new PerfEvent(Event.CpuClock, 49, null)));
    forms.forEach((text, hook) -> assertThat(hook(text)).as(text).isEqualTo(hook));
  }

  @Test
  @DisplayName("Every hook of the API can be written as its YAML")
  void yaml() {
    assertThat(hook("{netfilter: {family: ipv4, hook: LocalIn}}"))
        .isEqualTo(new Netfilter(Netfilter.Family.Ipv4, Netfilter.Point.LocalIn, null, null));
    assertThat(hook("{skLookup: {}}")).isEqualTo(new SkLookup(null, null));
    assertThatThrownBy(() -> hook("{nosuch: {}}")).isInstanceOf(TypeConversionException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {tracepoint: {nmae: a/b}}                   | unknown field tracepoint.nmae; there is
          {perfEvent: {event: CpuClock, frequency: 0}} | perfEvent.frequency: 0 is less than 1
          perf_event:cpu-clock@0                      | perfEvent.frequency: 0 is less than 1
          perf_event:cpu-clock@99999999999            | the number is too large
          {tracepoint: {name: open}}                  | tracepoint.name: "open" is not of the form
          {uprobe: {symbol: main}}                    | uprobe.binary is missing
          """)
  @DisplayName("What the API server would refuse is refused, with the field")
  void bounds(String text, String words) {
    assertThatThrownBy(() -> hook(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining(words);
  }

  @Test
  @DisplayName("A function alone is attached as its SEC() says")
  void functionAlone() {
    assertThat(new AttachText().convert("on_open"))
        .isEqualTo(new ProgramAttachment("on_open", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nonsense", "nonsense:x", "tracepoint:", "tc:eth0", "xdp:eth0@fast", "kprobe:f+x"})
  @DisplayName("What is no attachment is refused in words")
  void refused(String text) {
    assertThatThrownBy(() -> hook(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageMatching("(?s).*(is none of|is not a number).*");
  }
}
