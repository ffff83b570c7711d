package dev.skep.node.cli;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Image;
import dev.skep.api.v1alpha1.ProgramAttachment;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.node.kernel.Kernel;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program in the running kernel, loaded as a daemon does it, for commands that look at it. */
final class LoadedProgram implements AutoCloseable {
  final BpfProgram program = new BpfProgram();
  final ResolvedImage image;
  final ObjectReport report;
  final LocalRun run;
  private final Path pins = Path.of("/sys/fs/bpf/skep-test-cli-" + ProcessHandle.current().pid());
  private final Path stateDir;
  private final Kernel kernel;

  /**
   * @param programs which of the object's programs; null for all
   */
  LoadedProgram(String name, String object, List<ProgramAttachment> programs, Path stateDir)
      throws IOException {
    assumeThat(System.getProperty("user.name")).as("bpf() is root's").isEqualTo("root");
    this.stateDir = stateDir;
    image =
        new ObjectSource()
            .read(Path.of(System.getProperty("skep.bpf"), object + ".bpf.o").toString());
    report = ObjectSource.inspect(image);
    program.setMetadata(new ObjectMetaBuilder().withNamespace("ns").withName(name).build());
    program.setSpec(
        new BpfProgramSpec(
            new Image("registry.invalid/" + name + ":v1", null, null),
            programs,
            null,
            null,
            null,
            null,
            null,
            null));
    kernel = LocalKernel.owning(pins, stateDir);
    run = LocalRun.start(kernel, program, image, report);
  }

  /** Runs the command on the same folders as that daemon's. */
  Ran skep(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--pin-root", pins.toString(), "--state-dir", stateDir.toString()));
    return Ran.skep(all.toArray(String[]::new));
  }

  @Override
  public void close() throws IOException {
    run.close();
    kernel.close();
    Files.deleteIfExists(pins);
  }
}
