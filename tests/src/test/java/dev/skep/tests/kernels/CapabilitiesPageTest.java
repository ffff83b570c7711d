package dev.skep.tests.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.kernels.CapabilityRuns.Outcome;
import dev.skep.tests.kernels.CapabilityRuns.Power;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CapabilitiesPageTest {
  private static final Outcome FIRES = new Outcome("fires", "");
  private static final Outcome NEEDS_ADMIN =
      new Outcome("incompatible", "it needs CAP_SYS_ADMIN, which this daemon was not given");
  private static final Set<Power> LESS = EnumSet.of(Power.BPF, Power.PERFMON);

  @Test
  @DisplayName("a table that was written is read as what was written")
  void readsWhatItWrote() {
    CapabilitiesPage page =
        new CapabilitiesPage(
            new TreeMap<>(
                Map.of(
                    "uprobe", EnumSet.of(Power.BPF, Power.SYS_ADMIN),
                    "tc, SEC(\"tcx\")", EnumSet.of(Power.NET_ADMIN, Power.SYS_PTRACE))));
    assertThat(page.toTable())
        .contains("| uprobe | needed |  |  | needed |  |", "| hook | BPF | PERFMON |");
    assertThat(CapabilitiesPage.parse(page.toTable())).isEqualTo(page);
  }

  @Test
  @DisplayName("a hook needs what it names where it does not work; of those the kernel has")
  void needs() {
    CapabilityRuns runs =
        CapabilityRuns.of(
            Map.of("uprobe", FIRES, "kprobe", new Outcome("incompatible", "no kprobes")),
            Map.of(LESS, Map.of("uprobe", NEEDS_ADMIN, "kprobe", NEEDS_ADMIN)));
    assertThat(runs.faults()).isEmpty();
    assertThat(runs.needed()).containsExactly(Map.entry("uprobe", EnumSet.of(Power.SYS_ADMIN)));
  }

  @Test
  @DisplayName("a bare EPERM, a name of what was given, and a test that fails are faults")
  void faults() {
    for (Outcome wrong :
        Set.of(
            new Outcome("incompatible", "bpf_link_create: EPERM"),
            new Outcome("incompatible", "it needs CAP_BPF"),
            new Outcome("failed", "it needs CAP_SYS_ADMIN"))) {
      CapabilityRuns runs =
          CapabilityRuns.of(Map.of("xdp", FIRES), Map.of(LESS, Map.of("xdp", wrong)));
      assertThat(runs.faults()).as(wrong.toString()).isNotEmpty();
    }
    assertThat(CapabilityRuns.of(Map.of("xdp", new Outcome("failed", "")), Map.of()).faults())
        .hasSize(1);
  }

  @Test
  @DisplayName("a hook that works without what it says elsewhere that it needs is a fault")
  void contradicts() {
    CapabilityRuns runs =
        CapabilityRuns.of(
            Map.of("uprobe", FIRES),
            Map.of(
                LESS,
                Map.of("uprobe", NEEDS_ADMIN),
                EnumSet.of(Power.BPF),
                Map.of("uprobe", FIRES)));
    assertThat(runs.faults()).singleElement().asString().contains("names [SYS_ADMIN]");
  }
}
