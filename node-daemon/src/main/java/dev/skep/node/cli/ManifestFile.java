package dev.skep.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.admit.EntrySources;
import dev.skep.node.source.ManifestReader;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** One BpfProgram in a YAML file, and the ConfigMaps that its entries come from. */
final class ManifestFile {
  private ManifestFile() {}

  /**
   * The program, with every entry in it.
   *
   * @throws Refusal ConfigMapNotFound, InvalidEntry or TooLarge
   */
  static BpfProgram read(Path file) throws IOException {
    try {
      List<JsonNode> documents = ManifestReader.documents(Files.readString(file));
      Map<String, ConfigMap> configMaps =
          documents.stream()
              .filter(ManifestReader::isConfigMap)
              .map(ManifestReader::configMap)
              .collect(Collectors.toMap(map -> map.getMetadata().getName(), map -> map));
      List<JsonNode> others =
          documents.stream().filter(Predicate.not(ManifestReader::isConfigMap)).toList();
      if (others.size() != 1) {
        throw wrong(
            file,
            "holds %d documents beside ConfigMaps; one BpfProgram is run".formatted(others.size()));
      }
      BpfProgram program = ManifestReader.program(others.getFirst());
      requireAlone(file, program.getSpec());
      if (program.getMetadata().getNamespace() == null) {
        program.getMetadata().setNamespace("default");
      }
      program.setSpec(
          EntrySources.resolve(
              program.getSpec(),
              name -> Optional.ofNullable(configMaps.get(name)).map(ConfigMap::getData)));
      return program;
    } catch (ManifestReader.NotUnderstood e) {
      throw wrong(file, e.getMessage());
    }
  }

  private static void requireAlone(Path file, BpfProgramSpec spec) {
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
