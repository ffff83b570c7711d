package dev.skep.node.cli;

import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.ResolvedImage;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "inspect",
    description = {
      "Shows what is in an eBPF image or object: programs, maps, globals, labels.",
      "Needs no kernel and no rights."
    },
    footer = {
      "",
      "Examples:",
      "  skep inspect file_opens.bpf.o",
      "  skep inspect registry.example.com/bpf/file-opens:v1",
      "  skep inspect oci:./image -o json | jq '.maps[].name'"
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "IMAGE|FILE", description = ObjectSource.WHAT)
  private String source;

  @Mixin private ObjectSource objects;
  @Mixin private Output output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    ResolvedImage image = objects.read(source);
    ObjectReport report = ObjectSource.inspect(image);
    report.warnings().forEach(spec.commandLine().getErr()::println);
    boolean file = ObjectSource.isFile(source);
    output.print(
        () -> ObjectView.of(image, report, file), () -> ObjectView.of(image, report, file).table());
    return ExitCode.OK;
  }
}
