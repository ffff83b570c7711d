package dev.skep.tests.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.kernels.CapabilityRuns.Power;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(LongRuns.AFTERWARDS)
class CapabilitiesPageIT {
  static CompletableFuture<CapabilityRuns> begin() {
    return LongRuns.begin("capabilities", () -> CapabilityRuns.on("host", CapabilitiesPage::run));
  }

  @Test
  @DisplayName(
      "every hook needs on this machine what docs/capabilities.md says, and says it itself when it"
          + " was not given that")
  void host() throws IOException {
    CapabilityRuns host = begin().join();
    assertThat(host.faults()).isEmpty();
    assertThat(host.needed()).isNotEmpty();

    // Hooks that this kernel has not are rows of another kernel's.
    SortedMap<String, Set<Power>> page = new TreeMap<>(CapabilitiesPage.read().needed());
    assertThat(page).containsAllEntriesOf(host.needed());
    assertThat(page.keySet()).hasSizeGreaterThanOrEqualTo(host.needed().size());
    Map<Power, Long> used = new TreeMap<>();
    host.needed().values().forEach(all -> all.forEach(p -> used.merge(p, 1L, Long::sum)));
    assertThat(used.keySet()).containsExactlyInAnyOrder(Power.values());
  }
}
