package dev.skep.node.cli;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.node.kernel.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    description = {
      "Loads and attaches an eBPF object until Ctrl-C, and shows what its programs and maps count.",
      "Nothing stays in the kernel afterwards. Needs root."
    },
    footer = {
      "",
      "Examples:",
      "  skep run file_opens.bpf.o",
      "  skep run registry.example.com/bpf/file-opens:v1 --global writes_only=true",
      "  skep run xdp_count.bpf.o --interface eth0 --for 10",
      "  skep run file_opens.bpf.o --attach on_openat=tracepoint:syscalls/sys_enter_openat",
      "  skep run -f bpfprogram.yaml -o json"
    })
final class RunCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "IMAGE|FILE", description = ObjectSource.WHAT)
  private String source;

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "MANIFEST",
      description =
          "A BpfProgram in YAML, and the ConfigMaps that its entries come from. With IMAGE|FILE,"
              + " that object is run instead of the manifest's image.")
  private Path manifest;

  @Mixin private RunRequest request;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      description = "End by itself after so long. Default: at Ctrl-C.")
  private double limit = Double.POSITIVE_INFINITY;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "How often to show (default: ${DEFAULT-VALUE}).")
  private double interval = 1;

  @Option(
      names = "--top",
      paramLabel = "ROWS",
      defaultValue = "10",
      description = "Entries to show of each map, the greatest first (default: ${DEFAULT-VALUE}).")
  private int rows = 10;

  @Mixin private ObjectSource objects;
  @Mixin private Output output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (source == null && manifest == null) {
      throw new ParameterException(spec.commandLine(), "Name an IMAGE, a FILE or -f MANIFEST");
    }
    if (manifest != null && request.given()) {
      throw new ParameterException(
          spec.commandLine(),
          "-f and --attach, --interface, --cgroup, --global exclude each other");
    }
    if (!(interval > 0) || !(limit >= 0) || rows < 1) {
      throw new ParameterException(
          spec.commandLine(), "--every and --top are more than 0, --for is 0 or more");
    }
    BpfProgram written = manifest == null ? null : ManifestFile.read(manifest);
    ResolvedImage image =
        objects.read(source != null ? source : written.getSpec().image().reference());
    ObjectReport report = ObjectSource.inspect(image);
    BpfProgram program = written != null ? written : request.program(image, report);
    try (RunFolder folder = RunFolder.make();
        Kernel kernel = LocalKernel.owning(folder.pins(), folder.state());
        LocalRun run = LocalRun.start(kernel, program, image, report)) {
      CountDownLatch ended = endAtSignal(run, folder);
      try {
        show(run, ended);
      } finally {
        ended.countDown();
      }
    }
    return ExitCode.OK;
  }

  /**
   * Ctrl-C is how this command is meant to end, so it ends well. The hook does the work itself, for
   * the main thread is not waited for.
   */
  private static CountDownLatch endAtSignal(LocalRun run, RunFolder folder) {
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (ended.getCount() > 0) {
                    ended.countDown();
                    run.close();
                    folder.close();
                    Runtime.getRuntime().halt(ExitCode.OK);
                  }
                }));
    return ended;
  }

  private void show(LocalRun run, CountDownLatch ended) throws InterruptedException {
    long start = System.nanoTime();
    RunSnapshot last = null;
    while (ended.getCount() > 0) {
      double seconds = (System.nanoTime() - start) / 1e9;
      RunSnapshot now = RunSnapshot.take(run, last, Math.round(seconds * 100) / 100.0, rows);
      output.printNext(() -> now, () -> screen() + now.table());
      last = now;
      if (seconds >= limit) {
        ended.countDown();
      }
      ended.await(Math.round(Math.min(interval, limit - seconds) * 1e9), TimeUnit.NANOSECONDS);
    }
  }

  /** On a terminal each table takes the place of the one before. */
  private static String screen() {
    return Terminal.isOutput() ? "\033[H\033[J" : "";
  }
}
