package dev.skep.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skep.api.v1alpha1.BpfProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** One BpfProgram in a YAML file. */
final class ManifestFile {
  private static final YAMLMapper YAML = new YAMLMapper();

  private ManifestFile() {}

  static BpfProgram read(Path file) throws IOException {
    try {
      BpfProgram program =
          YAML.treeToValue(YAML.readTree(Files.readString(file)), BpfProgram.class);
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
      throw wrong(file, inWords(e), e);
    }
  }

  private static String inWords(JsonProcessingException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          "unknown field " + path(unknown) + "; there is " + unknown.getKnownPropertyIds();
      case InvalidFormatException format when format.getTargetType().isEnum() ->
          "%s: %s is none of %s"
              .formatted(
                  path(format),
                  format.getValue(),
                  Arrays.toString(format.getTargetType().getEnumConstants()));
      case JsonMappingException mapping ->
          path(mapping) + ": " + oneLine(mapping.getOriginalMessage());
      default -> "not YAML: " + oneLine(e.getOriginalMessage());
    };
  }

  /** The YAML parser shows the place over several lines. */
  private static String oneLine(String message) {
    String line = message.strip().replaceAll("\\s+", " ");
    return line.length() <= 200 ? line : line.substring(0, 199) + "…";
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }

  private static CommandFailure wrong(Path file, String what, Exception cause) {
    return new CommandFailure(ExitCode.INVALID, file + ": " + what, cause);
  }
}
