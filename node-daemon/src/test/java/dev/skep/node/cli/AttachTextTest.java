package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.ProgramAttachment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AttachTextTest {
  private static Attach.Hook hook(String text) {
    ProgramAttachment attachment = new AttachText().convert("f=" + text);
    assertThat(attachment.function()).isEqualTo("f");
    return attachment.attach().hook();
  }

  @Test
  @DisplayName("Every hook of the API has a form")
  void forms() {
    Map<String, Attach.Hook> forms =
        Map.ofEntries(
            Map.entry(
                "tracepoint:syscalls/sys_enter_open",
                new Attach.Tracepoint("syscalls/sys_enter_open")),
            Map.entry("raw_tracepoint:sched_switch", new Attach.RawTracepoint("sched_switch")),
            Map.entry("kprobe:tcp_connect", new Attach.Kprobe("tcp_connect", null)),
            Map.entry("kprobe:tcp_connect+0x10", new Attach.Kprobe("tcp_connect", 16)),
            Map.entry("fentry:tcp_connect", new Attach.Fentry("tcp_connect")),
            Map.entry(
                "uprobe:/usr/bin/bash:readline",
                new Attach.Uprobe("/usr/bin/bash", "readline", null)),
            Map.entry(
                "uprobe:/usr/bin/bash:readline+4",
                new Attach.Uprobe("/usr/bin/bash", "readline", 4L)),
            Map.entry("uprobe:/usr/bin/bash+4096", new Attach.Uprobe("/usr/bin/bash", null, 4096L)),
            Map.entry(
                "xdp:eth0,eth1", new Attach.Xdp(List.of("eth0", "eth1"), Attach.XdpMode.Auto)),
            Map.entry("xdp:eth0@generic", new Attach.Xdp(List.of("eth0"), Attach.XdpMode.Generic)),
            Map.entry("tc:egress:eth0", new Attach.Tc(List.of("eth0"), Attach.Direction.Egress)),
            Map.entry("cgroup:/user.slice", new Attach.Cgroup("/user.slice")),
            Map.entry(
                "perf_event:cpu-clock@49", new Attach.PerfEvent(Attach.Event.CpuClock, 49, null)));
    forms.forEach((text, hook) -> assertThat(hook(text)).as(text).isEqualTo(hook));
    assertThat(forms.values().stream().map(Object::getClass).distinct().count())
        .isEqualTo(Attach.Hook.class.getPermittedSubclasses().length);
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
