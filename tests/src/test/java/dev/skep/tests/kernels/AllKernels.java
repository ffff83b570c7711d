package dev.skep.tests.kernels;

import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Runs the hook suite on this machine's kernel and in guests, and writes docs/kernels.md. */
public final class AllKernels {
  static final String PAGE = "docs/kernels.md";
  private static final List<String> KERNELS = List.of("host", "6.1", "6.12", "7.2");

  private AllKernels() {}

  static Map<String, CompletableFuture<SuiteRun>> start() {
    return start(Set.copyOf(KERNELS));
  }

  private static Map<String, CompletableFuture<SuiteRun>> start(Set<String> again) {
    Map<String, CompletableFuture<SuiteRun>> started = new LinkedHashMap<>();
    for (String kernel : KERNELS) {
      started.put(
          kernel,
          LongRuns.begin(
              "hooks on " + kernel,
              () -> again.contains(kernel) ? SuiteRun.on(kernel) : SuiteRun.last(kernel)));
    }
    return started;
  }

  /**
   * Arguments: the kernels to run on, all of them without one; of the others, what their last run
   * here found. Ends with status 1 when a test failed somewhere; the page says which.
   */
  public static void main(String[] arguments) throws IOException {
    Set<String> again = arguments.length == 0 ? Set.copyOf(KERNELS) : Set.of(arguments);
    List<SuiteRun> runs = start(again).values().stream().map(CompletableFuture::join).toList();
    KernelsPage page = new KernelsPage(runs.stream().map(SuiteRun::found).toList());
    Files.writeString(
        ControlPlane.projectRoot().resolve(PAGE), page.toMarkdown() + page.besideC(runs));

    boolean failed = false;
    for (SuiteRun run : runs) {
      System.out.println(
          run.found().release() + ": " + run.output().strip().lines().toList().getLast());
      failed |= run.found().cells().values().stream().anyMatch(cell -> cell.startsWith("failed"));
    }
    System.exit(failed ? 1 : 0);
  }
}
