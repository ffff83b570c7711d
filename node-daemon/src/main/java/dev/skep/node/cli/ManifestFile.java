package dev.skep.node.cli;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.admit.EntrySources;
import dev.skep.node.source.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** One BpfProgram in a YAML file, and the ConfigMaps that its entries come from. */
final class ManifestFile {
  private ManifestFile() {}

  /**
   * The program, with every entry in it.
   *
   * @throws Refusal ConfigMapNotFound, InvalidEntry or TooLarge
   */
  static BpfProgram read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new NoSuchFileException(file.toString());
    }
    Manifests.Found found = Manifests.of(file);
    for (String why : found.refused().values()) {
      throw wrong(file, why);
    }
    if (found.programs().size() != 1) {
      throw wrong(file, "holds %d BpfPrograms; one is run".formatted(found.programs().size()));
    }
    BpfProgram program = found.programs().values().iterator().next();
    requireRunnable(file, program.getSpec());
    program.setSpec(
        EntrySources.resolve(program.getSpec(), name -> found.configMap(program, name)));
    return program;
  }

  private static void requireRunnable(Path file, BpfProgramSpec spec) {
    if (spec.mode() == Mode.Suspend) {
      throw wrong(file, "spec.mode is Suspend, which keeps it out of the kernel");
    }
    for (MapOverride map : spec.maps()) {
      if (map.sharedFrom() != null && map.sharedFrom().program() != null) {
        throw wrong(
            file,
            "map %s is shared from program %s, and skep run runs one program alone: skep serve"
                    .formatted(map.name(), map.sharedFrom().program())
                + " --manifests runs several");
      }
    }
  }

  private static CommandFailure wrong(Path file, String what) {
    return new CommandFailure(ExitCode.INVALID, file + ": " + what);
  }
}
