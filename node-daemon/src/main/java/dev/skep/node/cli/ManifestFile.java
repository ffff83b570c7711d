package dev.skep.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.node.source.ManifestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One BpfProgram in a YAML file. */
final class ManifestFile {
  private ManifestFile() {}

  static BpfProgram read(Path file) throws IOException {
    try {
      List<JsonNode> documents = ManifestReader.documents(Files.readString(file));
      if (documents.size() != 1) {
        throw wrong(file, "holds %d documents; one BpfProgram is run".formatted(documents.size()));
      }
      BpfProgram program = ManifestReader.program(documents.getFirst());
      program.getMetadata().setNamespace(RunRequest.NAMESPACE);
      return program;
    } catch (ManifestReader.NotUnderstood e) {
      throw wrong(file, e.getMessage());
    }
  }

  private static CommandFailure wrong(Path file, String what) {
    return new CommandFailure(ExitCode.INVALID, file + ": " + what);
  }
}
