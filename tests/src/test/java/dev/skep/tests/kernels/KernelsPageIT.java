package dev.skep.tests.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Order(LongRuns.LAST)
class KernelsPageIT {
  private static KernelsPage page;
  private static Map<String, CompletableFuture<SuiteRun>> runs;

  @BeforeAll
  static void start() throws IOException {
    page = KernelsPage.parse(Files.readString(ControlPlane.projectRoot().resolve(AllKernels.PAGE)));
    runs = AllKernels.start();
    // Their tests come next; three guests leave the second CPU idle at the end.
    SharedXdpIT.begin();
    CapabilitiesPageIT.begin();
  }

  /** Alone, without the tests that wait for them, they are not to be cut off half way. */
  @AfterAll
  static void awaitOthers() {
    CompletableFuture.allOf(SharedXdpIT.begin(), CapabilitiesPageIT.begin())
        .handle((_, _) -> null)
        .join();
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.1", "6.12", "7.2"})
  @DisplayName("every hook does on Debian's kernel what docs/kernels.md says")
  void guest(String series) {
    SuiteRun run = await(series);
    assertThat(page.column(series).differences(run.found())).as(run.output()).isEmpty();
  }

  @Test
  @DisplayName("every hook does on this machine's kernel what docs/kernels.md says")
  void host() {
    SuiteRun run = await("host");
    KernelColumn found = run.found();
    assertThat(found.cells().values())
        .as(run.output())
        .noneMatch(cell -> cell.startsWith("failed"));
    assumeTrue(
        page.columns().stream().anyMatch(column -> column.isLike(found.release())),
        "docs/kernels.md has no kernel like "
            + found.release()
            + ": only failures were looked for");
    assertThat(page.column(found.series()).differences(found)).as(run.output()).isEmpty();
  }

  @Test
  @DisplayName("what C attaches with libbpf on a kernel, Skep attaches there too")
  void lacksNothing() {
    List<SuiteRun> all = runs.keySet().stream().map(KernelsPageIT::await).toList();
    BesideC both = new BesideC(all);
    for (SuiteRun run : all) {
      assertThat(both.attachedByC(run)).as("by C, on " + run.found().release()).isNotEmpty();
      assertThat(both.onlyByC(run)).as("only by C, on " + run.found().release()).isEmpty();
    }
  }

  private static SuiteRun await(String kernel) {
    try {
      return runs.get(kernel).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SuiteRun.NotRun none) {
        assumeTrue(none.status != SuiteRun.NO_SUCH_KERNEL, none.getMessage());
      }
      throw e;
    }
  }
}
