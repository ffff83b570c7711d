package dev.skep.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skep.api.v1alpha1.BpfProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One BpfProgram in a YAML file. */
final class ManifestFile {
  private ManifestFile() {}

  static BpfProgram read(Path file) throws IOException {
    try {
      BpfProgram program = new YAMLMapper().readValue(Files.readString(file), BpfProgram.class);
      if (!"BpfProgram".equals(program.getKind())
          || program.getMetadata() == null
          || program.getMetadata().getName() == null
          || program.getSpec() == null
          || program.getSpec().image() == null) {
        throw wrong(file, "not a BpfProgram with metadata.name and spec.image", null);
      }
      program.getMetadata().setNamespace(RunRequest.NAMESPACE);
      return program;
    } catch (JsonProcessingException e) {
      throw wrong(file, e.getOriginalMessage(), e);
    }
  }

  private static CommandFailure wrong(Path file, String what, Exception cause) {
    return new CommandFailure(ExitCode.INVALID, file + ": " + what, cause);
  }
}
